package io.smarter.printers;

import io.smarter.api.ObjectMeta;
import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The columns of kinds that make pods elsewhere. */
final class WorkloadColumns {
    private static final int SHOWN_METRICS = 2;

    private static final Column CONTAINERS =
            Column.text("Containers", (object, _) -> containers(object, "name")).wide();
    private static final Column IMAGES =
            Column.text("Images", (object, _) -> containers(object, "image")).wide();
    private static final Column SELECTOR =
            Column.text("Selector", (object, _) -> selector(object)).wide();

    static final Columns DEPLOYMENTS = Columns.of(
            Column.NAME,
            Column.text("Ready", (object, _) -> ready(object)),
            Column.text("Up-to-date", (object, _) -> String.valueOf(object.number(0, "status", "updatedReplicas"))),
            Column.text("Available", (object, _) -> String.valueOf(object.number(0, "status", "availableReplicas"))),
            Column.AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR);
    static final Columns REPLICA_SETS = Columns.of(
            Column.NAME,
            Column.count("Desired", "spec", "replicas"),
            Column.count("Current", "status", "replicas"),
            Column.count("Ready", "status", "readyReplicas"),
            Column.AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR);
    static final Columns STATEFUL_SETS =
            Columns.of(Column.NAME, Column.text("Ready", (object, _) -> ready(object)), Column.AGE, CONTAINERS, IMAGES);
    static final Columns JOBS = Columns.of(
            Column.NAME,
            Column.text("Status", (object, _) -> jobStatus(object)),
            Column.text("Completions", (object, _) -> completions(object)),
            Column.text("Duration", WorkloadColumns::duration),
            Column.AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR);
    static final Columns CRON_JOBS = Columns.of(
            Column.NAME,
            Column.path("Schedule", "spec", "schedule"),
            Column.text("Timezone", (object, _) -> TypeColumns.orNone(object.textOrEmpty("spec", "timeZone"))),
            Column.text("Suspend", (object, _) -> object.flag("spec", "suspend") ? "True" : "False"),
            Column.number("Active", (object, _) ->
                    (long) object.items("status", "active").size()),
            Column.text("Last Schedule", (object, now) -> since(object.textOrEmpty("status", "lastScheduleTime"), now)),
            Column.AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR);
    static final Columns AUTOSCALERS = Columns.of(
            Column.NAME,
            Column.text(
                    "Reference",
                    (object, _) -> object.textOrEmpty("spec", "scaleTargetRef", "kind") + "/"
                            + object.textOrEmpty("spec", "scaleTargetRef", "name")),
            Column.text("Targets", (object, _) -> targets(object)),
            Column.text(
                    "MinPods",
                    (object, _) -> object.at("spec", "minReplicas") == null
                            ? "<unset>"
                            : String.valueOf(object.number(0, "spec", "minReplicas"))),
            Column.count("MaxPods", "spec", "maxReplicas"),
            Column.count("Replicas", "status", "currentReplicas"),
            Column.AGE);
    static final Columns POD_TEMPLATES = Columns.of(
            Column.NAME,
            Column.text(
                    "Containers",
                    (object, _) -> TypeColumns.listed(object.items("template", "spec", "containers"), "name")),
            Column.text(
                    "Images",
                    (object, _) -> TypeColumns.listed(object.items("template", "spec", "containers"), "image")),
            Column.text(
                    "Pod Labels", (object, _) -> TypeColumns.pairs(object.texts("template", "metadata", "labels"))));

    private WorkloadColumns() {}

    private static Json.Obj templated(Json.Obj object) {
        var job = object.at("spec", "jobTemplate", "spec");
        return job == null ? object : Json.obj("spec", job);
    }

    private static String containers(Json.Obj object, String member) {
        return TypeColumns.containers(templated(object), member);
    }

    private static String selector(Json.Obj object) {
        return TypeColumns.selector(templated(object));
    }

    private static String ready(Json.Obj object) {
        return object.number(0, "status", "readyReplicas") + "/" + object.number(0, "spec", "replicas");
    }

    private static String jobStatus(Json.Obj job) {
        for (var type : List.of("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet", "Suspended"))
            if (has(job, type)) return type.equals("FailureTarget") ? "Failing" : type;
        return job.text("metadata", "deletionTimestamp") != null ? "Terminating" : "Running";
    }

    private static boolean has(Json.Obj job, String type) {
        return job.items("status", "conditions").stream()
                .anyMatch(condition -> condition.textOrEmpty("type").equals(type)
                        && condition.textOrEmpty("status").equals("True"));
    }

    private static String completions(Json.Obj job) {
        var done = job.number(0, "status", "succeeded") + "/";
        if (job.at("spec", "completions") != null) return done + job.number(0, "spec", "completions");
        long parallel = job.number(0, "spec", "parallelism");
        return parallel > 1 ? done + "1 of " + parallel : done + "1";
    }

    private static String duration(Json.Obj job, Instant now) {
        var start = ObjectMeta.instant(job.text("status", "startTime"));
        if (start == null) return "";
        var end = ObjectMeta.instant(job.text("status", "completionTime"));
        return Ages.text(Duration.between(start, end == null ? now : end));
    }

    private static String since(String time, Instant now) {
        return time.isEmpty() ? TypeColumns.NONE : Ages.since(time, now);
    }

    /** What is measured and what is wanted, of at most two metrics. */
    private static String targets(Json.Obj autoscaler) {
        var metrics = autoscaler.items("spec", "metrics");
        if (metrics.isEmpty()) return TypeColumns.NONE;
        var current = autoscaler.items("status", "currentMetrics");
        var shown = new ArrayList<String>();
        for (int i = 0; i < metrics.size() && i < SHOWN_METRICS; i++)
            shown.add(target(metrics.get(i), i < current.size() ? current.get(i) : Json.Obj.EMPTY));
        var text = String.join(", ", shown);
        return metrics.size() > SHOWN_METRICS ? text + " + " + (metrics.size() - SHOWN_METRICS) + " more..." : text;
    }

    private static String target(Json metric, Json current) {
        var type = metric.textOrEmpty("type");
        var member = type.isEmpty() ? "" : Character.toLowerCase(type.charAt(0)) + type.substring(1);
        var source = metric.object(member);
        var wanted = source.object("target");
        var now = current.object(member, "current");
        var name = type.contains("Resource") ? source.textOrEmpty("name") + ": " : "";
        if (wanted.has("averageUtilization")) {
            var measured = now.has("averageUtilization") ? now.number(0, "averageUtilization") + "%" : "<unknown>";
            return name + measured + "/" + wanted.number(0, "averageUtilization") + "%";
        }
        var value = wanted.has("averageValue") ? "averageValue" : "value";
        var measured = now.has(value) ? now.textOrEmpty(value) : "<unknown>";
        var average = value.equals("averageValue") && !type.contains("Resource") ? " (avg)" : "";
        return name + measured + "/" + wanted.textOrEmpty(value) + average;
    }
}
