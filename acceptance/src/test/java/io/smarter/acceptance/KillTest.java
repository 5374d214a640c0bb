package io.smarter.acceptance;

import static java.lang.System.Logger.Level.INFO;
import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.client.Listing;
import io.smarter.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a cloud under load, again and again, and looks at what is there afterwards: nothing that was acknowledged is lost,
 * nothing that was deleted comes back, revisions never go back, and a watch that goes on where it stood misses nothing.
 * {@code -Dsmarter.kills=100} kills more often.
 */
class KillTest {
    private static final System.Logger LOG = System.getLogger("faults");
    private static final int KILLS = Integer.getInteger("smarter.kills", 10);
    private static final int SCRIBES = 4;
    private static final int LEAST = 20;
    private static final int MOST = 400;

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private final List<Scribe> scribes = new ArrayList<>();
    private long newest;
    private int acknowledged;
    private int kept;

    @Test
    void nothingAcknowledgedIsLostAndNothingDeletedComesBack() throws Exception {
        int port = CloudProcess.freePort();
        for (int i = 0; i < SCRIBES; i++) scribes.add(new Scribe(i));
        var witness = new Witness(firstRevision(port));
        for (int kill = 0; kill < KILLS; kill++) {
            if (random.nextInt(4) == 0)
                CloudProcess.start(folder.resolve("cloud"), port).kill();
            try (var cloud = CloudProcess.start(folder.resolve("cloud"), port)) {
                check(cloud, witness);
                writeUntilKilled(cloud, witness);
            }
        }
        try (var cloud = CloudProcess.start(folder.resolve("cloud"), port)) {
            check(cloud, witness);
        }
        LOG.log(
                INFO,
                "%d kills: %d writes acknowledged, %d there that were not, %d watches expired"
                        .formatted(KILLS, acknowledged, kept, witness.expired()));
    }

    /** Keys, certificates and the store are made by a first start, which may be cut off at any moment. */
    @ParameterizedTest
    @ValueSource(ints = {2, 7, 12})
    void startsAfterAKillDuringItsFirstStart(int files) throws Exception {
        var data = folder.resolve("cloud");
        int port = CloudProcess.freePort();
        CloudProcess.killStarting(data, port, () -> files(data) >= files);
        try (var cloud = CloudProcess.start(data, port);
                var client = cloud.client()) {
            assertThat(mark(client)).isPositive();
        }
    }

    private static long files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return 0;
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        } catch (UncheckedIOException e) {
            return 0; // a file was renamed under our eyes
        }
    }

    private long firstRevision(int port) throws Exception {
        try (var cloud = CloudProcess.start(folder.resolve("cloud"), port);
                var client = cloud.client()) {
            return Long.parseLong(list(client).resourceVersion());
        }
    }

    private static Listing list(ApiClient client) throws Exception {
        return client.list(Resource.CONFIG_MAPS, "default", ListOptions.ALL);
    }

    private void writeUntilKilled(CloudProcess cloud, Witness witness) throws Exception {
        int enough = LEAST + random.nextInt(MOST);
        var count = new AtomicInteger();
        try (var watching = cloud.client();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var following = threads.submit(() -> witness.follow(watching));
            var tasks = new ArrayList<Callable<Void>>();
            for (var scribe : scribes) tasks.add(() -> write(cloud, scribe, count));
            var running = tasks.stream().map(threads::submit).toList();
            while (count.get() < enough && running.stream().noneMatch(task -> task.isDone()))
                TimeUnit.MILLISECONDS.sleep(1);
            cloud.kill();
            for (var task : running) task.get();
            following.get();
        }
        for (var scribe : scribes) newest = Math.max(newest, scribe.newest());
        newest = Math.max(newest, witness.revision());
        acknowledged += count.get();
    }

    private static Void write(CloudProcess cloud, Scribe scribe, AtomicInteger count) throws Exception {
        try (var client = cloud.client()) {
            scribe.write(client, count);
        }
        return null;
    }

    private void check(CloudProcess cloud, Witness witness) throws Exception {
        int expired = witness.expired();
        try (var client = cloud.client()) {
            var list = list(client);
            assertThat(Long.parseLong(list.resourceVersion())).isGreaterThanOrEqualTo(newest);
            var present = Scribe.states(list);
            for (var scribe : scribes) if (scribe.settle(present)) kept++;
            long mark = mark(client);
            assertThat(mark).isGreaterThan(newest);
            newest = mark;
            catchUp(cloud, witness, mark);
            assertThat(witness.state()).isEqualTo(present);
        }
        compare(witness.takeEvents(), witness.expired() > expired);
    }

    private static void catchUp(CloudProcess cloud, Witness witness, long revision) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Void> following;
            try (var watching = cloud.client()) {
                following = threads.submit(() -> witness.follow(watching));
                witness.await(revision);
            }
            following.get();
        }
    }

    /** Writes something, after whose event a watch has told everything before. */
    private static long mark(ApiClient client) throws Exception {
        var mark = Json.obj("metadata", Json.obj("generateName", "mark-"));
        return Scribe.State.of(client.create(Resource.CONFIG_MAPS, "default", mark))
                .revision();
    }

    /** Every write since the last look was told, unless the witness had to look itself. */
    private void compare(List<Witness.Seen> seen, boolean expired) {
        for (var scribe : scribes) {
            if (!expired)
                for (var written : scribe.written()) assertThat(seen).anyMatch(event -> tells(event, written));
            scribe.written().clear();
        }
    }

    private static boolean tells(Witness.Seen event, Scribe.Written written) {
        var what = written.what();
        if (!event.name().equals(what.name())) return false;
        if (what.value() == null) return event.value() == null && event.revision() > what.before();
        return event.revision() == written.revision() && what.value().equals(event.value());
    }
}
