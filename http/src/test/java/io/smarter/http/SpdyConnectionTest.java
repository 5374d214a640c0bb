package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Adler32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SpdyConnectionTest {
    private final BlockingQueue<SpdyStream> accepted = new LinkedBlockingQueue<>();
    private Socket here;
    private Socket there;

    @BeforeEach
    void connect() throws IOException {
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            here = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
            there = listening.accept();
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        here.close();
        there.close();
    }

    private SpdyConnection client() throws IOException {
        return SpdyConnection.client(new SocketDuplex(here, null));
    }

    private SpdyConnection server() throws IOException {
        return SpdyConnection.server(new SocketDuplex(there, null), accepted::add);
    }

    private SpdyStream accept() throws InterruptedException {
        var stream = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void knowsTheDictionary() {
        var sum = new Adler32();
        sum.update(SpdyHeaderBlock.dictionary());
        assertThat(sum.getValue()).isEqualTo(0xe3c6a7c2L);
    }

    @Test
    void carriesStreamsBothWaysWithHalfClose() throws Exception {
        try (var client = client();
                var _ = server()) {
            for (int i = 0; i < 50; i++) {
                var ours = client.open(Headers.of("streamtype", "stdin", "port", "80" + i));
                var theirs = accept();
                assertThat(theirs.headers().first("port")).isEqualTo("80" + i);
                ours.out().write(bytes("question"));
                ours.out().close();
                assertThat(theirs.in().readAllBytes()).asString().isEqualTo("question");
                theirs.out().write(bytes("answer"));
                theirs.out().close();
                assertThat(ours.in().readAllBytes()).asString().isEqualTo("answer");
            }
        }
    }

    @Test
    void readsWhatCameBeforeAReset() throws Exception {
        try (var client = client();
                var _ = server()) {
            var ours = client.open(Headers.of("streamtype", "error"));
            var theirs = accept();
            theirs.out().write(bytes("exit 3"));
            theirs.close();
            assertThat(ours.in().readAllBytes()).asString().isEqualTo("exit 3");
            assertThatThrownBy(() -> ours.out().write(bytes("late"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void sendsMoreThanAWindowToAPeerWithoutFlowControl() throws Exception {
        try (var client = client()) {
            var ours = client.open(Headers.of("streamtype", "stdin"));
            var total = new CompletableFuture<Long>();
            Thread.ofVirtual().start(() -> drain(total));
            for (int i = 0; i < 100; i++) ours.out().write(new byte[10_000]);
            ours.out().close();
            assertThat(total.get(10, TimeUnit.SECONDS)).isEqualTo(1_000_000);
        }
    }

    private void drain(CompletableFuture<Long> total) {
        long sum = 0;
        try {
            var frames = new SpdyFrames(there.getInputStream(), there.getOutputStream());
            for (SpdyFrames.Frame frame; (frame = frames.read()) != null; ) {
                if (frame.type() == SpdyFrames.DATA) sum += frame.payload().length;
                if (frame.last()) total.complete(sum);
            }
        } catch (IOException e) {
            total.completeExceptionally(e);
        }
    }

    @Test
    void movesMuchData() throws Exception {
        try (var client = client();
                var _ = server()) {
            var ours = client.open(new Headers());
            var theirs = accept();
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 500; i++) ours.out().write(new byte[10_000]);
                    ours.out().close();
                } catch (IOException e) {
                    ours.headers();
                }
            });
            long sum = 0;
            var part = new byte[7000];
            for (int count; (count = theirs.in().read(part)) >= 0; ) sum += count;
            assertThat(sum).isEqualTo(5_000_000);
            sender.join();
        }
    }

    @Test
    void saysNothingToAPeerThatOnlySends() throws Exception {
        var frames = new SpdyFrames(there.getInputStream(), there.getOutputStream());
        try (var client = client()) {
            var ours = client.open(new Headers());
            for (int i = 0; i < 20; i++) frames.data(1, i == 19 ? SpdyFrames.FIN : 0, new byte[10_000], 0, 10_000);
            assertThat(ours.in().readAllBytes()).hasSize(200_000);
        }
        var heard = new ArrayList<Integer>();
        for (SpdyFrames.Frame frame; (frame = frames.read()) != null; ) heard.add(frame.type());
        assertThat(heard).containsExactly(SpdyFrames.SYN_STREAM, SpdyFrames.GOAWAY);
    }

    @Test
    void slowReadersStopTheSender() throws Exception {
        var sent = new AtomicLong();
        try (var client = client();
                var _ = server()) {
            var ours = client.open(new Headers());
            accept();
            Thread.ofVirtual().start(() -> {
                try {
                    while (sent.addAndGet(10_000) < 200_000_000) ours.out().write(new byte[10_000]);
                } catch (IOException e) {
                    sent.addAndGet(1);
                }
            });
            long before;
            do {
                before = sent.get();
                Thread.sleep(200);
            } while (before == 0 || sent.get() != before);
            assertThat(before).isLessThan(50_000_000);
        }
    }

    @Test
    void answersPingsAndIgnoresSettings() throws Exception {
        try (var _ = client()) {
            there.getOutputStream().write(HexFormat.of().parseHex("800300040000000c000000010000000400000064"));
            there.getOutputStream().write(HexFormat.of().parseHex("800300060000000400000002"));
            assertThat(there.getInputStream().readNBytes(12))
                    .isEqualTo(HexFormat.of().parseHex("800300060000000400000002"));
        }
    }

    @Test
    void endsEveryStreamWithItsTransport() throws Exception {
        try (var client = client();
                var _ = server()) {
            var ours = client.open(new Headers());
            accept();
            there.close();
            assertThatThrownBy(() -> ours.in().read()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.open(new Headers())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void breaksOffOnGarbage() throws Exception {
        try (var client = client()) {
            var ours = client.open(new Headers());
            there.getOutputStream().write(bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
            assertThatThrownBy(() -> ours.in().read()).isInstanceOf(IOException.class);
        }
    }
}
