package io.smarter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class OtherNamesTest {
    private static final Limits LIMITS =
            new Limits(1 << 20, 4096, 4, 64, 16, Duration.ofSeconds(10), 1000, 2000, 100, 200, Duration.ofMillis(100));

    @TempDir
    private Path folder;

    private final AtomicLong ahead = new AtomicLong();
    private final List<FakeUpstream> both = openTwo();
    private final FakeUpstream upstream = both.getFirst();
    private final FakeUpstream second = both.getLast();
    private NameServer server = never();
    private Stub stub = new Stub(new InetSocketAddress(0));

    private static List<FakeUpstream> openTwo() {
        try {
            return FakeUpstream.openTwo();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("NullAway") // set before each test
    private static NameServer never() {
        return null;
    }

    @BeforeEach
    void open() throws Exception {
        open("nameserver 127.0.0.1\nnameserver 127.0.0.2\noptions timeout:1 attempts:1\n", LIMITS);
    }

    private void open(String resolvConf, Limits limits) throws Exception {
        if (server != null) server.close();
        var conf = Files.writeString(folder.resolve("resolv.conf"), resolvConf);
        var listen = List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        var settings = new NameServer.Settings(listen, conf, upstream.port(), limits);
        var zone = new TableZone()
                .with(new ResourceRecord.Alias("mail.cluster.local", "mail.example.com"))
                .withAddress("cam1.cluster.local", "10.39.0.5");
        server = NameServer.open(settings, zone, () -> System.nanoTime() + ahead.get());
        stub = Stub.of(server);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        upstream.close();
        second.close();
    }

    private void later(Duration duration) {
        ahead.addAndGet(duration.toNanos());
    }

    @Test
    void namesOfOthersAreAskedForOnce() throws Exception {
        var first = stub.ask("Example.COM.", Type.A);
        assertThat(Stub.answers(first)).containsExactly("192.0.2.1");
        assertThat(first.getQuestion().getName()).hasToString("Example.COM.");
        assertThat(first.getHeader().getFlag(Flags.AA)).isFalse();
        later(Duration.ofSeconds(100));
        var again = stub.ask("example.com.", Type.A);
        assertThat(Stub.answers(again)).containsExactly("192.0.2.1");
        assertThat(again.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(200);
        assertThat(upstream.asked).hasSize(1);
        assertThat(server.counters().hits()).isEqualTo(1);
        later(Duration.ofSeconds(200));
        stub.ask("example.com.", Type.A);
        assertThat(upstream.asked).hasSize(2);
    }

    @Test
    void everyQuestionHasAnIdAndAPortOfItsOwn() throws Exception {
        for (int i = 0; i < 30; i++) stub.ask("host%d.example.com.".formatted(i), Type.A);
        assertThat(new HashSet<>(upstream.ports)).hasSizeGreaterThan(20);
        var ids = new HashSet<Integer>();
        upstream.asked.forEach(query -> ids.add(query.getHeader().getID()));
        assertThat(ids).hasSizeGreaterThan(25);
    }

    @Test
    void whatIsNotThereIsKeptAsLongAsItsAuthoritySays() throws Exception {
        upstream.byUdp = query -> {
            var answer = FakeUpstream.failure(query, Rcode.NXDOMAIN);
            answer.addRecord(FakeUpstream.record("com. 900 SOA a. b. 1 2 3 4 60"), Section.AUTHORITY);
            return List.of(answer.toWire());
        };
        for (var search : List.of("example.com.farm.svc.cluster.example.", "example.com.cluster.example.")) {
            for (int i = 0; i < 3; i++)
                assertThat(stub.ask(search, Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        }
        assertThat(upstream.asked).hasSize(2);
        later(Duration.ofSeconds(61));
        assertThat(stub.ask("example.com.cluster.example.", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(upstream.asked).hasSize(3);
    }

    @Test
    void namesOfTheZoneNeverLeaveTheMachine() throws Exception {
        assertThat(stub.ask("example.com.cluster.local.", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(stub.ask("cam1.cluster.local.", Type.MX).getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void aliasesMayLeadToOthers() throws Exception {
        upstream.byUdp = query -> {
            var answer = FakeUpstream.empty(query);
            answer.addRecord(FakeUpstream.record("mail.example.com. 300 CNAME mx.example.com."), Section.ANSWER);
            answer.addRecord(FakeUpstream.record("mx.example.com. 300 A 192.0.2.7"), Section.ANSWER);
            return List.of(answer.toWire());
        };
        for (int i = 0; i < 2; i++) {
            var answer = stub.ask("mail.cluster.local.", Type.A);
            assertThat(Stub.answers(answer)).containsExactly("mail.example.com.", "mx.example.com.", "192.0.2.7");
            assertThat(answer.getSection(Section.ANSWER).getLast().getName()).hasToString("mx.example.com.");
        }
        upstream.byUdp = query -> {
            var answer = FakeUpstream.empty(query);
            answer.addRecord(
                    FakeUpstream.record("example.com. 300 SOA ns.example.com. me.example.com. 1 2 3 4 60"),
                    Section.AUTHORITY);
            return List.of(answer.toWire());
        };
        assertThat(Stub.data(stub.ask("mail.cluster.local.", Type.MX), Section.AUTHORITY))
                .containsExactly("ns.example.com. me.example.com. 1 2 3 4 60");
    }

    @Test
    void aDeadServerIsPassedOverAndRemembered() throws Exception {
        upstream.close();
        for (int i = 0; i < 5; i++)
            assertThat(Stub.answers(stub.ask("host%d.example.com.".formatted(i), Type.A)))
                    .containsExactly("192.0.2.1");
        assertThat(second.asked).hasSize(5);
        assertThat(server.counters().upstream()).isEqualTo(6);
    }

    @Test
    void aSlowServerCostsOneTimeout() throws Exception {
        upstream.byUdp = _ -> List.of();
        long begun = System.nanoTime();
        stub.ask("host.example.com.", Type.A);
        stub.ask("other.example.com.", Type.A);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
        assertThat(upstream.asked).hasSize(1);
    }

    @Test
    void noServerAtAllIsAFailure() throws Exception {
        upstream.close();
        second.close();
        assertThat(stub.ask("example.com.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(server.counters().failures()).isEqualTo(1);
        assertThat(Stub.answers(stub.ask("cam1.cluster.local.", Type.A))).containsExactly("10.39.0.5");
    }

    @Test
    void aServerThatFailsIsPassedOver() throws Exception {
        for (int rcode : new int[] {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP}) {
            upstream.byUdp = query -> List.of(FakeUpstream.failure(query, rcode).toWire());
            second.byUdp =
                    query -> List.of(FakeUpstream.answer(query, 0, "192.0.2.2").toWire());
            assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.2");
        }
        second.byUdp = upstream.byUdp;
        assertThat(stub.ask("example.com.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void anOldServerIsAskedWithoutExtensions() throws Exception {
        upstream.byUdp = query -> List.of(
                query.getOPT() == null
                        ? FakeUpstream.answer(query, 300, "192.0.2.1").toWire()
                        : FakeUpstream.failure(query, Rcode.FORMERR).toWire());
        assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.1");
        assertThat(second.asked).isEmpty();
    }

    @Test
    void liesAreWaitedOut() throws Exception {
        upstream.byUdp = query -> {
            var wrongId = FakeUpstream.answer(query, 300, "203.0.113.1");
            wrongId.getHeader().setID(query.getHeader().getID() ^ 1);
            var wrongQuestion = FakeUpstream.answer(
                    Message.newQuery(Record.newRecord(Name.fromString("evil.example."), Type.A, DClass.IN)),
                    300,
                    "203.0.113.2");
            wrongQuestion.getHeader().setID(query.getHeader().getID());
            var wrongPointer = FakeUpstream.answer(query, 300, "203.0.113.3").toWire();
            wrongPointer[query.toWire().length - 11] = (byte) 0xff; // the owner of the first record
            var wrongCount = FakeUpstream.answer(query, 300, "203.0.113.4").toWire();
            wrongCount[7] = 9;
            var notAnAnswer = query.toWire();
            return List.of(
                    new byte[3],
                    wrongId.toWire(),
                    wrongQuestion.toWire(),
                    wrongPointer,
                    wrongCount,
                    notAnAnswer,
                    FakeUpstream.answer(query, 300, "192.0.2.9").toWire());
        };
        assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.9");
        assertThat(second.asked).isEmpty();
    }

    @Test
    void answersOfAnotherAddressArePassedOver() throws Exception {
        var guessed = new CountDownLatch(1);
        upstream.byUdp = query -> {
            try (var spoofer = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.3"))) {
                var lie = FakeUpstream.answer(query, 300, "203.0.113.1").toWire();
                for (int port : upstream.ports)
                    spoofer.send(new DatagramPacket(lie, lie.length, InetAddress.ofLiteral("127.0.0.1"), port));
                guessed.countDown();
            }
            return List.of(FakeUpstream.answer(query, 300, "192.0.2.1").toWire());
        };
        assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.1");
        guessed.await();
    }

    @Test
    void answersThatAreCutOffAreFetchedByTcp() throws Exception {
        upstream.byUdp = query -> {
            var cut = FakeUpstream.empty(query);
            cut.getHeader().setFlag(Flags.TC);
            return List.of(cut.toWire());
        };
        upstream.byTcp = query -> {
            var many = new String[100];
            for (int i = 0; i < many.length; i++) many[i] = "192.0.2." + i;
            return List.of(FakeUpstream.answer(query, 300, many).toWire());
        };
        var cut = stub.ask("example.com.", Type.A);
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.toWire().length).isLessThanOrEqualTo(512);
        var whole = stub.askByTcp(Stub.query("example.com.", Type.A));
        assertThat(whole.getSection(Section.ANSWER)).hasSize(100);
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
    }

    @Test
    void answersThatAreLargerThanAskedForAreFetchedByTcp() throws Exception {
        upstream.byUdp = query -> {
            var large =
                    Arrays.copyOf(FakeUpstream.answer(query, 300, "203.0.113.1").toWire(), 3000);
            return List.of(large);
        };
        assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.1");
        upstream.byTcp = _ -> List.of(new byte[65_000]);
        second.byUdp =
                query -> List.of(FakeUpstream.answer(query, 300, "192.0.2.2").toWire());
        assertThat(Stub.answers(stub.ask("other.example.com.", Type.A))).containsExactly("192.0.2.2");
    }

    @Test
    void staleAnswersServeWhileNobodyAnswers() throws Exception {
        stub.ask("example.com.", Type.A);
        later(Duration.ofHours(20));
        upstream.byUdp = _ -> List.of();
        second.byUdp = _ -> List.of();
        long begun = System.nanoTime();
        var stale = stub.ask("example.com.", Type.A);
        assertThat(Stub.answers(stale)).containsExactly("192.0.2.1");
        assertThat(stale.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(30);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(90), Duration.ofMillis(1900));
        assertThat(server.counters().stale()).isEqualTo(1);
        later(Duration.ofDays(3));
        assertThat(stub.ask("example.com.", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void aStaleAnswerIsReplacedInTheBackground() throws Exception {
        stub.ask("example.com.", Type.A);
        later(Duration.ofHours(1));
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        upstream.byUdp = query -> {
            asked.countDown();
            await(answer);
            return List.of(FakeUpstream.answer(query, 300, "192.0.2.55").toWire());
        };
        assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.1");
        asked.await();
        answer.countDown();
        Until.isTrue(() -> Stub.answers(stub.ask("example.com.", Type.A)).equals(List.of("192.0.2.55")));
    }

    @Test
    void staleAnswersComeAtOnceWhenAllServersAreDead() throws Exception {
        stub.ask("example.com.", Type.A);
        stub.ask("example.org.", Type.A);
        later(Duration.ofHours(1));
        upstream.close();
        second.close();
        stub.ask("example.com.", Type.A);
        assertThat(Stub.answers(stub.ask("example.org.", Type.A))).containsExactly("192.0.2.1");
        long asked = server.counters().upstream();
        for (int i = 0; i < 20; i++) stub.ask("example.com.", Type.A);
        assertThat(server.counters().upstream()).isLessThanOrEqualTo(asked + 2);
        assertThat(server.counters().stale()).isEqualTo(22);
    }

    @Test
    void withoutServersWhatIsKnownServesUntilThereAreSome() throws Exception {
        stub.ask("example.com.", Type.A);
        later(Duration.ofHours(1));
        var conf = folder.resolve("resolv.conf");
        Files.writeString(conf, "");
        Until.isTrue(() -> askNew() == Rcode.SERVFAIL);
        assertThat(Stub.answers(stub.ask("example.com.", Type.A))).containsExactly("192.0.2.1");
        assertThat(server.counters().stale()).isEqualTo(1);
        Files.writeString(conf, "nameserver 127.0.0.2\n");
        Until.isTrue(() -> askNew() == Rcode.NOERROR);
        assertThat(second.asked).isNotEmpty();
    }

    private int askNew() throws IOException {
        return stub.ask("host%d.example.com.".formatted(ahead.incrementAndGet()), Type.A)
                .getRcode();
    }

    @Test
    void equalQuestionsAreAskedOnce() throws Exception {
        var answer = new CountDownLatch(1);
        upstream.byUdp = query -> {
            await(answer);
            return List.of(FakeUpstream.answer(query, 300, "192.0.2.1").toWire());
        };
        try (var socket = stub.socket()) {
            var ids = new HashSet<Integer>();
            for (int i = 0; i < 20; i++) {
                var query = Stub.query("example.com.", Type.A);
                query.getHeader().setID(i);
                Stub.send(socket, query.toWire());
            }
            Until.isTrue(() -> server.counters().queries() == 20);
            answer.countDown();
            for (int i = 0; i < 20; i++)
                ids.add(new Message(Stub.receive(socket)).getHeader().getID());
            assertThat(ids).hasSize(20);
        }
        assertThat(server.counters().upstream()).isEqualTo(1);
    }

    @Test
    void tooManyQuestionsAtATimeFail() throws Exception {
        var silent = new CountDownLatch(1);
        upstream.byUdp = query -> {
            await(silent);
            return List.of(FakeUpstream.answer(query, 300, "192.0.2.1").toWire());
        };
        try (var socket = stub.socket()) {
            for (int i = 0; i < 5; i++)
                Stub.send(
                        socket,
                        Stub.query("host%d.example.com.".formatted(i), Type.A).toWire());
            assertThat(new Message(Stub.receive(socket)).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(Stub.answers(stub.ask("cam1.cluster.local.", Type.A))).containsExactly("10.39.0.5");
            silent.countDown();
            for (int i = 0; i < 4; i++)
                assertThat(new Message(Stub.receive(socket)).getRcode()).isEqualTo(Rcode.NOERROR);
        }
    }

    @Test
    void questionsWithOtherFlagsAreOthers() throws Exception {
        var secure = Stub.query("example.com.", Type.A);
        secure.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        assertThat(stub.ask(secure).getOPT().getFlags()).isEqualTo(0x8000);
        stub.ask("example.com.", Type.A);
        var unchecked = Stub.query("example.com.", Type.A);
        unchecked.getHeader().setFlag(Flags.CD);
        stub.ask(unchecked);
        var asked = new ArrayList<>(upstream.asked);
        assertThat(asked).hasSize(3);
        assertThat(asked.get(0).getOPT().getFlags()).isEqualTo(0x8000);
        assertThat(asked.get(1).getOPT().getFlags()).isZero();
        assertThat(asked.get(2).getHeader().getFlag(Flags.CD)).isTrue();
    }

    @Test
    void withoutRecursionOnlyWhatIsKnownIsTold() throws Exception {
        var query = Stub.query("example.com.", Type.A);
        query.getHeader().unsetFlag(Flags.RD);
        assertThat(stub.ask(query).getRcode()).isEqualTo(Rcode.REFUSED);
        stub.ask("example.com.", Type.A);
        assertThat(Stub.answers(stub.ask(query))).containsExactly("192.0.2.1");
    }

    @Test
    void whoAsksTooMuchIsNotAnswered() throws Exception {
        open("nameserver 127.0.0.1\n", LIMITS.withRates(1, 10, 1, 3));
        for (int i = 0; i < 3; i++) stub.ask("host%d.example.com.".formatted(i), Type.A);
        try (var socket = stub.socket()) {
            Stub.send(socket, Stub.query("host3.example.com.", Type.A).toWire());
            var local = Stub.query("cam1.cluster.local.", Type.A);
            Stub.send(socket, local.toWire());
            assertThat(new Message(Stub.receive(socket)).getHeader().getID())
                    .isEqualTo(local.getHeader().getID());
        }
        for (int i = 0; i < 5; i++) stub.ask("cam1.cluster.local.", Type.A);
        try (var socket = stub.connect()) {
            Stub.write(socket, Stub.query("cam1.cluster.local.", Type.A).toWire());
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(server.counters().limited()).isEqualTo(2);
        later(Duration.ofSeconds(2));
        assertThat(Stub.answers(stub.ask("cam1.cluster.local.", Type.A))).containsExactly("10.39.0.5");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
