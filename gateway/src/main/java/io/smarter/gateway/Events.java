package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.Resource;
import io.smarter.client.ApiException;
import io.smarter.client.Batches;
import io.smarter.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Events in the API. They are for people who look, so they are the first thing to be left out: the queue is short, what
 * repeats is counted in one event and told at most every ten seconds, and what can't be sent waits for the link. They are
 * told half a second late: by then the pod that they tell of has started, which matters more.
 */
final class Events implements EventLog, NodeEvents, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Events.class.getName());
    private static final int QUEUE = 256;
    private static final int REMEMBERED = 256;
    private static final int UNAUTHORIZED = 401;
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofMillis(500);

    private final Cloud cloud;
    private final String node;
    private final InstantSource clock;
    private final Batches<Happened> happened =
            new Batches<>("events", QUEUE, LATE, batch -> batch.forEach(this::tryToTell));

    private final Map<Subject, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Told> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** What could not be told while there was no link; of more than these the oldest are lost. */
    private final BlockingQueue<Happened> kept = new ArrayBlockingQueue<>(QUEUE);

    private record Subject(String uid, String container, String reason, String message) {}

    private record Happened(Pod pod, Subject subject, Kind kind, Instant at) {}

    private record Told(String name, int count, Instant last) {}

    /** Events about pods of a node; sends from a thread of its own. */
    Events(Cloud cloud, String node, InstantSource clock) {
        this.cloud = cloud;
        this.node = node;
        this.clock = clock;
    }

    @Override
    public void record(Pod pod, String container, Kind kind, String reason, String message) {
        var text = message.length() > 1024 ? message.substring(0, 1021) + "..." : message;
        var subject = new Subject(pod.uid(), container, reason, text);
        happened.add(new Happened(pod, subject, kind, clock.instant()));
    }

    /** A node's events are in the default namespace, as those of a kubelet are. */
    @Override
    public void record(Kind kind, String reason, String message) {
        var metadata = Json.obj("name", node, "namespace", "default", "uid", node);
        record(new Pod(Json.obj("kind", "Node", "metadata", metadata)), "", kind, reason, message);
    }

    @Override
    public void close() {
        happened.close();
    }

    /** Tries again what could not be told before. */
    void retry() {
        var again = new ArrayList<Happened>();
        kept.drainTo(again);
        again.forEach(happened::add);
    }

    private void tryToTell(Happened one) {
        try {
            tell(one);
        } catch (IOException e) {
            boolean refused = e instanceof ApiException answer && answer.code() != UNAUTHORIZED;
            if (refused) LOG.log(Level.DEBUG, "event not told: {0}", e.getMessage());
            else while (!kept.offer(one)) kept.poll();
        }
    }

    private void tell(Happened happened) throws IOException {
        var before = told.get(happened.subject());
        if (before != null && before.last().plus(FORGOTTEN).isBefore(happened.at())) before = null;
        if (before == null) {
            var name = happened.pod().name() + "." + Long.toHexString(nanos(happened.at()));
            cloud.create(Resource.EVENTS, happened.pod().namespace(), event(happened, name));
            told.put(happened.subject(), new Told(name, 1, happened.at()));
            return;
        }
        var now = new Told(before.name(), before.count() + 1, happened.at());
        boolean quiet = before.last().plus(QUIET).isAfter(happened.at());
        told.put(happened.subject(), quiet ? new Told(now.name(), now.count(), before.last()) : now);
        if (quiet) return;
        var patch = Json.obj("count", now.count(), "lastTimestamp", PodStatus.time(happened.at()));
        cloud.patch(Resource.EVENTS, happened.pod().namespace(), now.name(), patch);
    }

    private Json.Obj event(Happened happened, String name) {
        var subject = happened.subject();
        var time = PodStatus.time(happened.at());
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Event",
                "metadata",
                Json.obj("name", name, "namespace", happened.pod().namespace()),
                "involvedObject",
                involved(happened.pod(), subject.container()),
                "reason",
                subject.reason(),
                "message",
                subject.message(),
                "type",
                happened.kind().text(),
                "source",
                Json.obj("component", "kubelet", "host", node),
                "reportingComponent",
                "kubelet",
                "reportingInstance",
                node,
                "firstTimestamp",
                time,
                "lastTimestamp",
                time,
                "count",
                1);
    }

    private static Json.Obj involved(Pod pod, String container) {
        if (pod.tree().textOrEmpty("kind").equals("Node"))
            return Json.obj("kind", "Node", "name", pod.name(), "uid", pod.uid());
        return Json.obj(
                "apiVersion", "v1",
                "kind", "Pod",
                "namespace", pod.namespace(),
                "name", pod.name(),
                "uid", pod.uid(),
                "resourceVersion", pod.metadata().resourceVersion(),
                "fieldPath", fieldPath(pod, container));
    }

    static @Nullable String fieldPath(Pod pod, String container) {
        if (container.isEmpty()) return null;
        if (isAmong(pod.initContainers(), container)) return "spec.initContainers{%s}".formatted(container);
        if (isAmong(pod.ephemeralContainers(), container)) return "spec.ephemeralContainers{%s}".formatted(container);
        return "spec.containers{%s}".formatted(container);
    }

    private static boolean isAmong(List<Container> containers, String name) {
        return containers.stream().anyMatch(container -> container.name().equals(name));
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000 + at.getNano();
    }
}
