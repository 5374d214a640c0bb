package io.smarter.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A server of the machine that says what a test wants, by UDP and TCP. */
final class FakeUpstream implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;

    /** What it was asked, in order. */
    final BlockingQueue<Message> asked = new LinkedBlockingQueue<>();

    /** From which ports, in order. */
    final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();

    volatile Behaviour byUdp = query -> List.of(answer(query, 300, "192.0.2.1").toWire());
    volatile Behaviour byTcp = query -> List.of(answer(query, 300, "192.0.2.1").toWire());

    /** What is sent for a query. */
    @FunctionalInterface
    interface Behaviour {
        List<byte[]> of(Message query) throws IOException;
    }

    private FakeUpstream(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
        Thread.ofVirtual().start(this::answerByUdp);
        Thread.ofVirtual().start(this::answerByTcp);
    }

    /** Opens one, at a port that is free both ways where it is 0. */
    static FakeUpstream open(String address, int port) throws IOException {
        for (int left = port == 0 ? 20 : 1; ; left--) {
            var tcp = new ServerSocket(port, 50, InetAddress.ofLiteral(address));
            try {
                return new FakeUpstream(new DatagramSocket(tcp.getLocalPort(), InetAddress.ofLiteral(address)), tcp);
            } catch (IOException e) {
                tcp.close();
                if (left == 1) throw e;
            }
        }
    }

    /** Opens two, at the same port of two addresses. */
    static List<FakeUpstream> openTwo() throws IOException {
        for (int left = 20; ; left--) {
            var first = open("127.0.0.1", 0);
            try {
                return List.of(first, open("127.0.0.2", first.port()));
            } catch (IOException e) {
                first.close();
                if (left == 1) throw e;
            }
        }
    }

    int port() {
        return tcp.getLocalPort();
    }

    /** An answer with addresses. */
    static Message answer(Message query, int ttl, String... addresses) throws IOException {
        var answer = empty(query);
        for (var address : addresses)
            answer.addRecord(
                    record("%s %d A %s".formatted(query.getQuestion().getName(), ttl, address)), Section.ANSWER);
        return answer;
    }

    static Message empty(Message query) {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.getHeader().setFlag(Flags.RD);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        return answer;
    }

    static Message failure(Message query, int rcode) {
        var answer = empty(query);
        answer.getHeader().setRcode(rcode);
        return answer;
    }

    static Record record(String text) throws IOException {
        var words = text.split(" ", 4);
        return Record.fromString(
                Name.fromString(words[0]),
                Type.value(words[2]),
                DClass.IN,
                Long.parseLong(words[1]),
                words[3],
                Name.root);
    }

    private void answerByUdp() {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[4096], 4096);
                udp.receive(packet);
                var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                asked.add(query);
                ports.add(packet.getPort());
                for (var answer : byUdp.of(query))
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void answerByTcp() {
        try {
            while (true) {
                var socket = tcp.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            var query = new Message(Stub.read(socket));
            asked.add(query);
            for (var answer : byTcp.of(query)) Stub.write(socket, answer);
        } catch (IOException e) {
            // the test looks at what it is answered
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
