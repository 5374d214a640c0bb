package io.smarter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.store.Store.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, again and again, and looks at what is there afterwards. */
class CrashTest {
    private static final int KILLS = 5;
    private static final int THREADS = 4;
    private static final int KEYS = 5;

    @TempDir
    Path folder;

    /** What one key was last told to be. */
    private record Acknowledged(boolean deleted, long revision) {}

    @Test
    void everythingAcknowledgedIsThereAfterEachKill() throws Exception {
        var random = new Random(42);
        var acknowledged = new TreeMap<String, Acknowledged>();
        for (int kill = 0; kill < KILLS; kill++) {
            int lines = 20 + random.nextInt(400);
            runAndKill(lines, acknowledged);
            check(acknowledged);
        }
    }

    private void runAndKill(int lines, Map<String, Acknowledged> acknowledged)
            throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int read = 0;
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                note(line, acknowledged);
                if (++read == lines) process.toHandle().destroyForcibly(); // SIGKILL, and leaves the pipe to be read
            }
            assertThat(read).as("acknowledged writes").isGreaterThanOrEqualTo(lines);
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void note(String line, Map<String, Acknowledged> acknowledged) {
        var words = line.split(" ");
        if (words.length != 4) return; // cut off by the kill
        acknowledged.put(words[1], new Acknowledged(words[0].equals("deleted"), Long.parseLong(words[2])));
    }

    /*
     * The writer numbers its rounds in the value. One write of each thread may be there that nobody acknowledged: then
     * the key is newer than noted. It is never older, and never present with the revision it had before its deletion.
     */
    private void check(Map<String, Acknowledged> acknowledged) {
        try (var store = SqliteStore.open(folder)) {
            acknowledged.forEach((key, last) -> {
                assertThat(store.revision()).isGreaterThanOrEqualTo(last.revision());
                var entry = store.get(key);
                if (!last.deleted() && entry.isEmpty()) assertDeletedLater(store, key, last);
                entry.ifPresent(present -> {
                    if (last.deleted()) assertThat(present.revision()).as(key).isGreaterThan(last.revision());
                    else assertThat(present.revision()).as(key).isGreaterThanOrEqualTo(last.revision());
                });
            });
        }
    }

    private static void assertDeletedLater(Store store, String key, Acknowledged last) {
        var found = new AtomicBoolean();
        try (var _ = store.watch(key, last.revision(), _ -> found.set(true))) {
            assertThat(found)
                    .as("%s was deleted after revision %d", key, last.revision())
                    .isTrue();
        } catch (CompactedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes, changes and deletes keys for ever, and prints each write that was acknowledged. */
    static final class Writer {
        public static void main(String[] args) {
            var store = SqliteStore.open(Path.of(args[0]));
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                Thread.ofPlatform().start(() -> write(store, "/thread%d/".formatted(thread)));
            }
        }

        private static void write(Store store, String prefix) {
            for (int round = 0; ; round++) {
                var key = prefix + round % KEYS;
                var value = ("round " + round).getBytes(StandardCharsets.UTF_8);
                var now = store.get(key);
                if (now.isEmpty()) print("written", store.create(key, value));
                else if (round % 3 == 0)
                    print("deleted", store.delete(key, now.get().revision()));
                else print("written", store.update(key, value, now.get().revision()));
            }
        }

        private static void print(String what, Outcome outcome) {
            var entry = ((Outcome.Written) outcome).entry();
            System.out.println("%s %s %d .".formatted(what, entry.key(), entry.revision()));
        }
    }
}
