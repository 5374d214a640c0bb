package io.smarter.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Sends what waits to the intake, in batches; while the link is down the newest lines are kept. Used by one thread. */
final class Uplink {
    private static final int MAX_BATCH = 256 << 10;
    private static final long LINGER_MS = 1000;
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5000;

    private final Path folder;
    private final LineBuffer waiting;
    private @Nullable IntakeConnection connection;

    /**
     * @param folder where {@link IntakeAddress} is read from, anew for each connection
     */
    Uplink(Path folder, LineBuffer waiting) {
        this.folder = folder;
        this.waiting = waiting;
    }

    /** Sends until it is interrupted. */
    void run() throws InterruptedException {
        while (true) {
            send(waiting.take(MAX_BATCH));
            Thread.sleep(LINGER_MS);
        }
    }

    /** Sends one batch, however often that must be tried; what the intake refuses for good is dropped. */
    void send(List<byte[]> lines) throws InterruptedException {
        long pause = FIRST_PAUSE_MS;
        var batch = lines;
        while (!sent(batch)) {
            waiting.putBack(batch);
            Thread.sleep(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
            batch = waiting.take(MAX_BATCH);
        }
    }

    private boolean sent(List<byte[]> lines) {
        long start = System.nanoTime();
        try {
            var body = gzip(lines);
            var answer = post(body);
            if (answer.last()) disconnect();
            if (answer.status() == 200) Demo.say(report(lines, body.length, System.nanoTime() - start));
            else
                Demo.say("intake says " + answer.status() + ": " + answer.body().strip());
            return isFinal(answer.status());
        } catch (IOException e) {
            disconnect();
            Demo.say("cannot send " + lines.size() + " readings: " + e.getMessage() + "; " + waiting.state());
            return false;
        }
    }

    private String report(List<byte[]> lines, int bytes, long nanos) {
        int plain = lines.stream().mapToInt(line -> line.length).sum();
        return "sent " + lines.size() + " readings, " + bytes + " bytes (" + plain + " unpacked) in "
                + nanos / 1_000_000 + " ms; " + waiting.state();
    }

    /** Whether trying again would not change the answer. A refused token may be renewed in its file. */
    private static boolean isFinal(int status) {
        return status == 200 || status == 400 || status == 413 || status == 422;
    }

    /** A kept connection may have been closed by the other side since: then once more over a new one. */
    private IntakeConnection.Answer post(byte[] body) throws IOException {
        var kept = connection;
        if (kept != null) {
            try {
                return kept.post(body);
            } catch (IOException e) {
                disconnect();
            }
        }
        var opened = IntakeConnection.open(IntakeAddress.read(folder));
        connection = opened;
        return opened.post(body);
    }

    private void disconnect() {
        var closing = connection;
        connection = null;
        if (closing == null) return;
        try {
            closing.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    private static byte[] gzip(List<byte[]> lines) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            for (var line : lines) gzip.write(line);
        }
        return out.toByteArray();
    }
}
