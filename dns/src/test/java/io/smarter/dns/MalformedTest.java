package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Messages that are none, by which nothing may come to harm. */
final class MalformedTest {
    private static final int MESSAGES = 10_000;
    private static final int AT_A_TIME = 50;
    private static final Limits NO_RATES = Limits.OF_GATEWAY.withRates(1_000_000, 1_000_000, 1_000_000, 1_000_000);

    @TempDir
    private Path folder;

    private final Random random = new Random(5);
    private final TableZone zone = new TableZone()
            .withAddress("cam1.cluster.local", "10.39.0.5")
            .with(new ResourceRecord.Alias("www.cluster.local", "cam1.cluster.local"))
            .with(new ResourceRecord.Service("_a._tcp.cluster.local", 1, 2, 3, "cam1.cluster.local"));

    private FakeUpstream upstream = upstream();
    private NameServer server = server("");
    private Stub stub = Stub.of(server);

    private static FakeUpstream upstream() {
        try {
            return FakeUpstream.open("127.0.0.1", 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NameServer server(String conf) {
        try {
            var file = conf.isEmpty()
                    ? Path.of("/nonexistent/resolv.conf")
                    : Files.writeString(folder.resolve("resolv.conf"), conf);
            var listen = List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            return NameServer.open(new NameServer.Settings(listen, file, upstream.port(), NO_RATES), zone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void open() throws Exception {
        server.close();
        server = server("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
        stub = Stub.of(server);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        upstream.close();
    }

    private byte[] valid() throws IOException {
        var names = List.of("cam1.cluster.local.", "www.cluster.local.", "_a._tcp.cluster.local.", "example.com.", ".");
        var types = new int[] {Type.A, Type.AAAA, Type.SRV, Type.ANY, Type.PTR, Type.TXT};
        var query = Stub.query(names.get(random.nextInt(names.size())), types[random.nextInt(types.length)]);
        if (random.nextBoolean()) query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        return query.toWire();
    }

    private byte[] malformed() throws IOException {
        if (random.nextInt(5) == 0) {
            var noise = new byte[random.nextInt(600)];
            random.nextBytes(noise);
            return noise;
        }
        var bytes = valid();
        if (random.nextInt(4) == 0) bytes = Arrays.copyOf(bytes, random.nextInt(2 * bytes.length));
        for (int i = random.nextInt(6); i >= 0 && bytes.length > 0; i--)
            bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xc0);
        return bytes;
    }

    private void assertAlive() throws Exception {
        assertThat(Stub.answers(stub.ask("cam1.cluster.local.", Type.A))).containsExactly("10.39.0.5");
        assertThat(Stub.answers(stub.askByTcp(Stub.query("cam1.cluster.local.", Type.A))))
                .containsExactly("10.39.0.5");
        assertThat(server.counters().faults()).isZero();
    }

    @Test
    void datagramsAreAnsweredOrDropped() throws Exception {
        try (var socket = stub.socket()) {
            for (int i = 0; i < MESSAGES; i++) {
                Stub.send(socket, malformed());
                if (i % AT_A_TIME == 0)
                    assertThat(Stub.answers(stub.ask("cam1.cluster.local.", Type.A)))
                            .isNotEmpty();
            }
        }
        assertAlive();
        assertThat(server.counters().queries()).isGreaterThan(MESSAGES * 9 / 10);
        assertThat(server.counters().malformed()).isGreaterThan(MESSAGES / 4);
    }

    @Test
    void streamsAreAnsweredOrClosed() throws Exception {
        for (int i = 0; i < MESSAGES / AT_A_TIME; i++) {
            try (var socket = stub.connect()) {
                for (int j = 0; j < AT_A_TIME; j++) {
                    var message = malformed();
                    if (random.nextInt(20) == 0) socket.getOutputStream().write(message);
                    else Stub.write(socket, message);
                }
            } catch (IOException e) {
                // closed by the server
            }
        }
        assertAlive();
    }

    /** What is in a record is of no matter where its type is one that we know nothing of. */
    private static void assertFits(byte[] answer, Message query) throws IOException {
        var in = new DNSInput(answer);
        var header = new Header(answer);
        in.jump(12);
        assertThat(header.getID()).isEqualTo(query.getHeader().getID());
        assertThat(new Name(in)).isEqualTo(query.getQuestion().getName());
        assertThat(in.readU16()).isEqualTo(query.getQuestion().getType());
        in.readU16();
        for (int i = header.getCount(1) + header.getCount(2) + header.getCount(3); i > 0; i--) {
            assertThat(new Name(in).length()).isPositive();
            int type = in.readU16();
            in.readU16();
            in.readU32();
            var data = in.readByteArray(in.readU16());
            if (type == Type.A) assertThat(data).hasSize(4);
        }
        assertThat(in.remaining()).isZero();
    }

    @Test
    void answersOfServersAreReadOrPassedOver() throws Exception {
        upstream.byUdp = query -> {
            var answer = FakeUpstream.answer(query, 300, "192.0.2.1", "192.0.2.2");
            answer.addRecord(FakeUpstream.record("a.example.com. 5 MX 10 b.example.com."), Section.AUTHORITY);
            answer.addRecord(FakeUpstream.record("example.com. 5 SOA a. b. 1 2 3 4 5"), Section.AUTHORITY);
            answer.addRecord(FakeUpstream.record("c.example.com. 5 SRV 1 2 3 b.example.com."), Section.ADDITIONAL);
            var whole = answer.toWire();
            var bytes = Arrays.copyOf(whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int i = random.nextInt(4); i >= 0 && bytes.length > 12; i--)
                bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt();
            return List.of(bytes, whole);
        };
        try (var socket = stub.socket()) {
            for (int i = 0; i < MESSAGES / 4; i++) {
                var query = Stub.query("host%d.example.com.".formatted(i), i % 7 == 0 ? Type.SRV : Type.A);
                Stub.send(socket, query.toWire());
                assertFits(Stub.receive(socket), query);
            }
        }
        assertAlive();
    }
}
