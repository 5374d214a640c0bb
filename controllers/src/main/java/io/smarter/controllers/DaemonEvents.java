package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.Batches;
import io.smarter.client.PatchType;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells in events what is done for a DaemonSet, for people who look; what cannot be told is forgotten. What repeats is
 * counted in one event, and so is the rest of what happens with one reason once ten messages of that kind were told, so
 * that an update of a thousand nodes is a dozen events. They are told a second late, when what they tell of is no longer
 * being done. Never blocks; safe for use by many threads.
 */
final class DaemonEvents implements AutoCloseable {
    private static final int QUEUE = 4096;
    private static final int REMEMBERED = 1024;
    private static final int DISTINCT = 10;
    private static final int MAX_MESSAGE = 1024;
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    private static final Duration LATE = Duration.ofSeconds(1);
    private static final String COMPONENT = "daemonset-controller";

    private final ApiClient client;
    private final InstantSource clock;
    private final Batches<Happened> happened = new Batches<>("daemonset events", QUEUE, LATE, this::tell);
    private final Map<Subject, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Told> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long lastNumber;

    /** What is counted together: one message, or all of one reason when that is null. */
    private record Subject(
            String uid, String reason, @Nullable String message) {}

    private record Happened(DaemonSet daemonSet, String type, String reason, String message, Instant at) {}

    /** @param name of the event; empty as long as there is none */
    private record Told(String name, int count, Instant last) {}

    DaemonEvents(ApiClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    void normal(DaemonSet about, String reason, String message) {
        record(about, "Normal", reason, message);
    }

    void warning(DaemonSet about, String reason, String message) {
        record(about, "Warning", reason, message);
    }

    private void record(DaemonSet about, String type, String reason, String message) {
        var text = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE - 3) + "..." : message;
        happened.add(new Happened(about, type, reason, text, clock.instant()));
    }

    @Override
    public void close() {
        happened.close();
    }

    /** Tells of all that happened lately, of each subject once. */
    private void tell(List<Happened> all) {
        var last = new LinkedHashMap<Subject, Happened>();
        for (var one : all) {
            var subject = subject(one);
            var before = told.getOrDefault(subject, new Told("", 0, one.at));
            told.put(subject, new Told(before.name, before.count + 1, one.at));
            last.put(subject, one);
        }
        last.forEach((subject, one) -> {
            try {
                var now = told.get(subject);
                if (now != null) told.put(subject, send(subject, one, now));
            } catch (IOException e) {
                told.remove(subject); // an event that cannot be told now is of no use later
            }
        });
    }

    private Subject subject(Happened one) {
        told.values().removeIf(known -> known.last.plus(FORGOTTEN).isBefore(one.at));
        var subject = new Subject(one.daemonSet.uid(), one.reason, one.message);
        if (told.containsKey(subject)) return subject;
        long distinct = told.keySet().stream()
                .filter(known -> known.uid.equals(subject.uid) && known.reason.equals(subject.reason))
                .count();
        return distinct < DISTINCT ? subject : new Subject(subject.uid, subject.reason, null);
    }

    private Told send(Subject subject, Happened one, Told now) throws IOException {
        var message = subject.message != null ? one.message : "(combined from similar events): " + one.message;
        var namespace = one.daemonSet.namespace();
        if (now.name.isEmpty()) {
            var name = "%s.%x".formatted(one.daemonSet.name(), number(one.at));
            client.create(Resource.EVENTS, namespace, event(one, message, name, now.count));
            return new Told(name, now.count, now.last);
        }
        var patch = Json.obj("count", now.count, "lastTimestamp", time(now.last), "message", message);
        client.patch(Resource.EVENTS, namespace, now.name, PatchType.MERGE, patch);
        return now;
    }

    /** What makes an event's name unique: its time in nanoseconds, or the next one that was not given. */
    private long number(Instant at) {
        lastNumber = Math.max(lastNumber + 1, at.getEpochSecond() * 1_000_000_000 + at.getNano());
        return lastNumber;
    }

    private static Json.Obj event(Happened one, String message, String name, int count) {
        var of = one.daemonSet;
        var time = time(one.at);
        var metadata = Json.obj("name", name, "namespace", of.namespace());
        var involved = Json.obj(
                "apiVersion", "apps/v1",
                "kind", "DaemonSet",
                "namespace", of.namespace(),
                "name", of.name(),
                "uid", of.uid(),
                "resourceVersion", of.object().text("metadata", "resourceVersion"));
        return Json.obj(
                "apiVersion", "v1",
                "kind", "Event",
                "metadata", metadata,
                "involvedObject", involved,
                "reason", one.reason,
                "message", message,
                "type", one.type,
                "source", Json.obj("component", COMPONENT),
                "reportingComponent", COMPONENT,
                "reportingInstance", "",
                "firstTimestamp", time,
                "lastTimestamp", time,
                "count", count);
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
