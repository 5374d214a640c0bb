package io.smarter.gateway;

import io.smarter.api.Pod;
import java.util.HashSet;
import java.util.Map;

/**
 * Has the node run what its manifests say. A pod whose manifest changed is another one of the same name, which begins when
 * nothing of the one before is left. Safe for use by many threads.
 */
final class StaticPods {
    private final Pods pods;
    private final Runnable changed;
    private Map<String, Pod> wanted = Map.of();
    private boolean read;

    /** Of these pods; nothing is done before manifests were read. {@code changed} is called when others are run. */
    StaticPods(Pods pods, Runnable changed) {
        this.pods = pods;
        this.changed = changed;
        pods.onFinished(this::settle);
    }

    /** Tells what the manifests say now, by namespace and name. */
    synchronized void wanted(Map<String, Pod> now) {
        wanted = Map.copyOf(now);
        read = true;
        settle();
    }

    private synchronized void settle() {
        if (!read) return;
        var names = new HashSet<String>();
        for (var worker : pods.all()) {
            var pod = worker.pod();
            if (!StaticPod.is(pod)) continue;
            names.add(pod.key());
            var now = wanted.get(pod.key());
            if (now == null || !now.uid().equals(pod.uid())) worker.gone();
        }
        wanted.forEach((name, pod) -> {
            if (!names.contains(name)) pods.wanted(pod);
        });
        changed.run();
    }
}
