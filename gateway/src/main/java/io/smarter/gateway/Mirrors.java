package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.client.ApiException;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the cloud show the pods that the node runs on its own: one mirror for each, made again when somebody removes it, and
 * removed when its pod is no more. Safe for use by many threads.
 */
final class Mirrors {
    private static final System.Logger LOG = System.getLogger(Mirrors.class.getName());
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(2), Duration.ofMinutes(5));
    private static final Duration NEVER = Duration.ofDays(1);

    /** Who waits for the end of a mirror, as kubectl does, goes by its name, and would take the next one for it. */
    private static final Duration APART = Duration.ofSeconds(1);

    private final Cloud cloud;
    private final String node;
    private final Alarm alarm;
    private volatile @Nullable Map<String, Pod> mirrors;

    /** Mirrors of a node's pods; the cloud has shown none yet. */
    Mirrors(Cloud cloud, String node, InstantSource clock) {
        this.cloud = cloud;
        this.node = node;
        alarm = new Alarm(clock);
    }

    /** One thing to do in the cloud. */
    sealed interface Step {
        record Create(Pod pod) implements Step {}

        record Delete(Pod mirror) implements Step {}
    }

    /** What to do so that the cloud shows these pods and no others. */
    static List<Step> plan(Collection<Pod> pods, Map<String, Pod> mirrors) {
        var steps = new ArrayList<Step>();
        for (var mirror : mirrors.values()) {
            boolean good = !mirror.isDeleting() && pods.stream().anyMatch(pod -> isMirrored(pod, mirror));
            if (!good) steps.add(new Step.Delete(mirror));
        }
        for (var pod : pods) {
            if (!mirrors.containsKey(pod.key())) steps.add(new Step.Create(pod));
        }
        return steps;
    }

    private static boolean isMirrored(Pod pod, Pod mirror) {
        return pod.key().equals(mirror.key()) && StaticPod.isMirrored(pod, mirror);
    }

    /** Tells which mirrors the cloud has, by namespace and name; gives those that are new. */
    List<Pod> there(Map<String, Pod> now) {
        var before = mirrors;
        mirrors = Map.copyOf(now);
        alarm.ring();
        return now.values().stream()
                .filter(mirror -> before == null || !isSame(mirror, before.get(mirror.key())))
                .toList();
    }

    private static boolean isSame(Pod mirror, @Nullable Pod before) {
        return before != null && before.uid().equals(mirror.uid());
    }

    /** Has it look again. */
    void wake() {
        alarm.ring();
    }

    /** Writes the status of any pod, to its mirror where it has one; false when there is nothing to write it to. */
    boolean writeStatus(Pod pod, Json.Obj status) throws IOException {
        if (!StaticPod.is(pod)) return cloud.writeStatus(pod, status);
        var known = mirrors;
        var mirror = known == null ? null : known.get(pod.key());
        return mirror != null && isMirrored(pod, mirror) && cloud.writeStatus(mirror, status);
    }

    /** Keeps the mirrors of these pods until it is interrupted. */
    void run(Supplier<Collection<Pod>> pods) throws InterruptedException {
        Duration pause = null;
        while (true) {
            alarm.sleepUntil(null, pause == null ? NEVER : pause);
            var known = mirrors;
            if (known == null) continue;
            boolean good = true;
            boolean deletes = false;
            for (var step : plan(pods.get(), known)) {
                good &= tryToTake(step);
                deletes |= step instanceof Step.Delete;
            }
            pause = good ? null : PAUSES.after(pause);
            if (deletes) Thread.sleep(APART);
        }
    }

    private boolean tryToTake(Step step) {
        try {
            take(step);
            return true;
        } catch (ApiException e) {
            LOG.log(Level.WARNING, "a static pod is not shown as it should be: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a static pod is not shown as it should be", e);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a static pod is not shown as it should be: {0}", e.getMessage());
        }
        return false;
    }

    private void take(Step step) throws IOException {
        switch (step) {
            case Step.Create(var pod) -> {
                var itself = cloud.find(Resource.NODES, "", node);
                if (itself == null) throw new IOException("the cloud has no Node %s yet".formatted(node));
                var uid = itself.textOrEmpty("metadata", "uid");
                boolean shown = cloud.create(Resource.PODS, pod.namespace(), StaticPod.mirror(pod, node, uid));
                if (!shown) tellOfNamesake(pod);
            }
            case Step.Delete(var mirror) -> cloud.remove(mirror);
        }
    }

    /** What has the name may be our mirror, of which the cloud has not told yet. */
    private void tellOfNamesake(Pod pod) throws IOException {
        var there = cloud.find(Resource.PODS, pod.namespace(), pod.name());
        if (there != null && !new Pod(there).isMirror())
            LOG.log(Level.WARNING, "static pod {0} is not shown: another pod of the cloud has its name", pod.key());
    }
}
