package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

final class TcpListenerTest {
    private static final Limits LIMITS = new Limits(
            1 << 20, 4096, 4, 6, 4, Duration.ofMillis(300), 1_000_000, 1_000_000, 100, 200, Duration.ofMillis(100));

    private final TableZone zone = new TableZone().withAddress("cam1.cluster.local", "10.39.0.5");
    private final NameServer server = open();
    private final Stub stub = Stub.of(server);

    private NameServer open() {
        try {
            var listen = List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            return NameServer.open(new NameServer.Settings(listen, Path.of("/nonexistent"), 53, LIMITS), zone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private boolean answers(Socket socket) throws IOException {
        Stub.write(socket, Stub.query("cam1.cluster.local.", Type.A).toWire());
        return Stub.answers(new Message(Stub.read(socket))).equals(List.of("10.39.0.5"));
    }

    @Test
    void whoSaysNothingIsCutOff() throws Exception {
        try (var silent = stub.connect();
                var half = stub.connect()) {
            half.getOutputStream().write(new byte[] {0, 40, 1, 2});
            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(half)).isTrue();
        }
    }

    @Test
    void whoSaysTooMuchOrTooLittleIsCutOff() throws Exception {
        for (int length : new int[] {0, 11, 4097, 65535}) {
            try (var socket = stub.connect()) {
                socket.getOutputStream().write(new byte[] {(byte) (length >> 8), (byte) length});
                assertThat(isClosed(socket)).isTrue();
            }
        }
    }

    @Test
    void whoHasAskedMayHangUpItsSide() throws Exception {
        try (var socket = stub.connect()) {
            for (int i = 0; i < 20; i++)
                Stub.write(socket, Stub.query("cam1.cluster.local.", Type.A).toWire());
            socket.shutdownOutput();
            for (int i = 0; i < 20; i++)
                assertThat(Stub.answers(new Message(Stub.read(socket)))).containsExactly("10.39.0.5");
            assertThat(isClosed(socket)).isTrue();
        }
    }

    @Test
    void connectionsHaveABoundForEachAddress() throws Exception {
        var open = new ArrayList<Socket>();
        for (int i = 0; i < 4; i++) open.add(stub.connect());
        for (var socket : open) assertThat(answers(socket)).isTrue();
        try (var more = stub.connect()) {
            assertThat(isClosed(more)).isTrue();
        }
        try (var other = new Socket()) {
            other.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 0));
            other.connect(stub.server());
            assertThat(answers(other)).isTrue();
        }
        for (var socket : open) socket.close();
        Until.isTrue(() -> {
            try (var next = stub.connect()) {
                return answers(next);
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void whoDoesNotReadIsCutOff() throws Exception {
        for (int i = 0; i < 250; i++) zone.withAddress("many.cluster.local", "10.39.1." + i);
        try (var socket = stub.connect()) {
            var query = Stub.query("many.cluster.local.", Type.A).toWire();
            boolean cut = false;
            for (int i = 0; i < 1_000_000 && !cut; i++) {
                try {
                    Stub.write(socket, query);
                } catch (IOException e) {
                    cut = true;
                }
            }
            assertThat(cut).isTrue();
        }
    }
}
