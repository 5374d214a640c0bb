package io.smarter.telemetry;

import io.smarter.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Writes batches to the segments, many with one sync, and then makes them known. Safe for use by many threads. */
final class Journal implements AutoCloseable {
    private static final int MAX_WAITING = 64;
    private static final int MAX_COMMIT_BYTES = 32 << 20;
    /** How many segments are read back at start: what was not heard of for longer is no news. */
    private static final int READ_BACK = 2;

    /** One batch on its way to the disk; one without readings asks the writer to end. */
    private static final class Commit {
        private final List<Reading> readings;
        private final byte[] lines;
        private final CompletableFuture<Boolean> done = new CompletableFuture<>();

        Commit(List<Reading> readings) {
            var out = new JsonWriter(readings.size() * 128);
            for (var reading : readings) out.write(reading.json()).raw("\n");
            this.readings = readings;
            this.lines = out.bytes();
        }

        boolean isStop() {
            return readings.isEmpty();
        }
    }

    private final Segments segments;
    private final Newest newest;
    private final BlockingQueue<Commit> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer;
    /** Set before the last look at what waits, so that whoever adds later sees it and looks himself. */
    private volatile boolean closed;

    private Journal(Segments segments, Newest newest) {
        this.segments = segments;
        this.newest = newest;
        this.writer = Thread.ofVirtual().name("telemetry-journal").unstarted(this::run);
    }

    /** Opens the segments, reads back the newest of them, and starts to write. */
    static Journal open(Segments segments, Newest newest, Instant now) throws IOException {
        for (var file : segments.last(READ_BACK)) {
            try (var in = Files.newInputStream(file)) {
                newest.publish(Batch.stored(in, now).readings());
            }
        }
        var journal = new Journal(segments, newest);
        journal.writer.start();
        return journal;
    }

    /** Returns when the readings are on the disk and known. */
    void append(List<Reading> readings) throws IOException, InterruptedException {
        if (readings.isEmpty()) return;
        var commit = new Commit(readings);
        while (!waiting.offer(commit, 1, TimeUnit.SECONDS)) {
            if (closed) throw new IOException("telemetry journal is closed");
        }
        if (closed) failRest();
        try {
            commit.done.get();
        } catch (ExecutionException e) {
            throw new IOException("telemetry journal: " + e.getMessage(), e);
        }
    }

    private void run() {
        try {
            while (true) {
                var commits = take();
                write(commits.stream().filter(commit -> !commit.isStop()).toList());
                if (commits.stream().anyMatch(Commit::isStop)) return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed = true;
            failRest();
        }
    }

    private List<Commit> take() throws InterruptedException {
        var commits = new ArrayList<Commit>();
        long bytes = 0;
        var commit = waiting.take();
        while (commit != null) {
            commits.add(commit);
            bytes += commit.lines.length;
            commit = bytes < MAX_COMMIT_BYTES ? waiting.poll() : null;
        }
        return commits;
    }

    private void write(List<Commit> commits) {
        if (commits.isEmpty()) return;
        var all = new JsonWriter(
                commits.stream().mapToInt(commit -> commit.lines.length).sum());
        commits.forEach(commit -> all.raw(commit.lines));
        try {
            segments.append(all.bytes());
        } catch (IOException e) {
            commits.forEach(commit -> commit.done.completeExceptionally(e));
            return;
        }
        for (var commit : commits) {
            newest.publish(commit.readings);
            commit.done.complete(true);
        }
    }

    private void failRest() {
        for (Commit commit; (commit = waiting.poll()) != null; )
            commit.done.completeExceptionally(new IOException("closed"));
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() throws IOException {
        try {
            waiting.put(new Commit(List.of()));
            writer.join();
        } catch (InterruptedException e) {
            writer.interrupt();
            Thread.currentThread().interrupt();
        } finally {
            segments.close();
        }
    }
}
