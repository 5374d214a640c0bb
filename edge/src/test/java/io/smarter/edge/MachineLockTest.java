package io.smarter.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineLockTest {
    /** Has the lock until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            try (var _ = MachineLock.take(Path.of(arguments[0]))) {
                System.out.println("held");
                Thread.currentThread().join();
            }
        }
    }

    @TempDir
    private Path folder;

    /** Another process, as locks are processes' own. */
    private Process holder(Path lock) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        lock.toString())
                .start();
        assertThat(process.inputReader().readLine()).startsWith("held");
        return process;
    }

    @Test
    void theNextOneHasItWhenTheFirstIsKilled() throws Exception {
        var path = folder.resolve("network/lock");
        MachineLock.take(path).close();
        var holder = holder(path);
        var taken = new CompletableFuture<MachineLock>();
        waiting(path, taken);
        holder.destroyForcibly();
        taken.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void whoWaitsForItCanBeInterrupted() throws Exception {
        var path = folder.resolve("lock");
        var holder = holder(path);
        try {
            var taken = new CompletableFuture<MachineLock>();
            waiting(path, taken).interrupt();
            assertThatThrownBy(() -> taken.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FileLockInterruptionException.class);
        } finally {
            holder.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** A thread that waits for it. */
    private static Thread waiting(Path path, CompletableFuture<MachineLock> taken) throws InterruptedException {
        var thread = Thread.ofPlatform().start(() -> {
            try {
                taken.complete(MachineLock.take(path));
            } catch (IOException e) {
                taken.completeExceptionally(e);
            }
        });
        assertThat(thread.join(Duration.ofMillis(300))).isFalse();
        return thread;
    }
}
