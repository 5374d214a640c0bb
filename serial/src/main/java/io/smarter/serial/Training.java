package io.smarter.serial;

import io.smarter.linux.PseudoTerminal;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Does once what the program does all day, with a pseudo-terminal as its device, so that the classes that it needs are known
 * when the archive of its image is made: a writer, a refused one, a reader, and a device that goes and comes back.
 */
final class Training {
    private static final int PATIENCE_MS = 20_000;
    private static final byte[] SETTINGS = {
        (byte) 255,
        (byte) 251,
        44, // WILL COM-PORT-OPTION
        (byte) 255,
        (byte) 250,
        44,
        1,
        0,
        0,
        37,
        (byte) 128,
        (byte) 255,
        (byte) 240, // 9600 baud
        (byte) 255,
        (byte) 250,
        44,
        5,
        12,
        (byte) 255,
        (byte) 240, // RTS off
        (byte) 255,
        (byte) 250,
        44,
        12,
        3,
        (byte) 255,
        (byte) 240, // purge
        'a'
    };

    private Training() {}

    static void run(Journal journal) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("train");
        var link = folder.resolve("port");
        try {
            var first = PseudoTerminal.open();
            Files.createSymbolicLink(link, first.device());
            var settings = SerialSettings.of(
                    List.of("--device=" + link, "--listen=127.0.0.1:0", "--tap=127.0.0.1:0", "--reader-rate=1000000"));
            try (var server = new Server(settings, journal)) {
                SerialMain.start(server.device());
                Thread.ofPlatform().daemon().start(() -> serve(server));
                use(server, first, link);
            }
        } finally {
            Files.deleteIfExists(link);
            Files.delete(folder);
        }
    }

    private static void serve(Server server) {
        try {
            server.run();
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static void use(Server server, PseudoTerminal first, Path link) throws IOException, InterruptedException {
        try (var writer = connect(server.listenPort());
                var refused = connect(server.listenPort());
                var reader = connect(server.tapPort())) {
            writer.getOutputStream().write(SETTINGS);
            expect(first, 'a');
            refused.getOutputStream().write(SETTINGS);
            expect(refused, 'w'); // of the notice: read only, … is the writer
            first.write(new byte[] {'b', 13, (byte) 0xFF});
            expect(reader, 'b');
            Files.delete(link);
            first.close();
            try (var second = PseudoTerminal.open()) {
                Files.createSymbolicLink(link, second.device());
                while (second.settings().baud() != 9600) Thread.sleep(10);
                second.write(new byte[] {'c'});
                expect(reader, 'c');
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static void expect(Socket socket, int wanted) throws IOException {
        for (int b; (b = socket.getInputStream().read()) != wanted; ) if (b < 0) throw new EOFException();
    }

    private static void expect(PseudoTerminal device, int wanted) throws IOException {
        var bytes = device.read(PATIENCE_MS);
        if (bytes.length == 0 || bytes[0] != wanted) throw new IOException("the device got something else");
    }
}
