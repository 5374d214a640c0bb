package io.smarter.devices;

import static java.lang.System.Logger.Level.INFO;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tells whoever asks for a pod what happened to its devices. What can't be told, as without a link, is in the log alone. */
final class PodEvents {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final String COMPONENT = "smarter-devices";

    private final @Nullable ApiClient api;
    private final String node;
    private final AtomicLong number = new AtomicLong();

    PodEvents(@Nullable ApiClient api, String node) {
        this.api = api;
        this.node = node;
    }

    void tell(Holder holder, String uid, boolean warning, String reason, String message) {
        LOG.log(INFO, "{0}/{1}: {2}: {3}", holder.namespace(), holder.pod(), reason, message);
        if (api == null) return;
        try {
            api.create(Resource.EVENTS, holder.namespace(), event(holder, uid, warning, reason, message));
        } catch (IOException e) {
            LOG.log(
                    INFO,
                    "event {0} of {1}/{2} is not told: {3}",
                    reason,
                    holder.namespace(),
                    holder.pod(),
                    e.getMessage());
        }
    }

    private Json.Obj event(Holder holder, String uid, boolean warning, String reason, String message) {
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var name = "%s.%x%x".formatted(holder.pod(), Instant.now().toEpochMilli(), number.incrementAndGet());
        var container = "spec.containers{%s}".formatted(holder.container());
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Event",
                "metadata",
                Json.obj("name", name, "namespace", holder.namespace()),
                "involvedObject",
                Json.obj(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "namespace",
                        holder.namespace(),
                        "name",
                        holder.pod(),
                        "uid",
                        uid,
                        "fieldPath",
                        container),
                "reason",
                reason,
                "message",
                message,
                "type",
                warning ? "Warning" : "Normal",
                "source",
                Json.obj("component", COMPONENT, "host", node),
                "reportingComponent",
                COMPONENT,
                "reportingInstance",
                node,
                "firstTimestamp",
                now.toString(),
                "lastTimestamp",
                now.toString(),
                "count",
                1);
    }
}
