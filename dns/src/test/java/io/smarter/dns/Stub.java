package io.smarter.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A client of a name server, whose messages are read and written by another library. */
record Stub(InetSocketAddress server) {
    private static final int PATIENCE_MILLIS = 10_000;

    static Stub of(NameServer server) {
        return new Stub(server.addresses().getFirst());
    }

    static Message query(String name, int type) throws IOException {
        return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
    }

    Message ask(String name, int type) throws IOException {
        return ask(query(name, type));
    }

    Message ask(Message query) throws IOException {
        return new Message(ask(query.toWire()));
    }

    byte[] ask(byte[] query) throws IOException {
        try (var socket = socket()) {
            send(socket, query);
            return receive(socket);
        }
    }

    DatagramSocket socket() throws IOException {
        var socket = new DatagramSocket();
        socket.connect(server);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static void send(DatagramSocket socket, byte[] query) throws IOException {
        socket.send(new DatagramPacket(query, query.length));
    }

    static byte[] receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[65535], 65535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    Message askByTcp(Message query) throws IOException {
        try (var socket = connect()) {
            write(socket, query.toWire());
            return new Message(read(socket));
        }
    }

    Socket connect() throws IOException {
        var socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static void write(Socket socket, byte[] message) throws IOException {
        var out = new DataOutputStream(socket.getOutputStream());
        var frame = new byte[2 + message.length];
        frame[0] = (byte) (message.length >> 8);
        frame[1] = (byte) message.length;
        System.arraycopy(message, 0, frame, 2, message.length);
        out.write(frame);
    }

    static byte[] read(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        return in.readNBytes(in.readUnsignedShort());
    }

    /** The data of the records of a section, as text. */
    static List<String> data(Message message, int section) {
        return message.getSection(section).stream().map(Record::rdataToString).toList();
    }

    static List<String> answers(Message message) {
        return data(message, Section.ANSWER);
    }
}
