package io.smarter.printers;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The columns of the types that need few words; those of pods and nodes have classes of their own. */
public final class TypeColumns {
    static final String NONE = "<none>";

    public static final Columns NAMESPACES =
            Columns.of(Column.NAME, Column.path("Status", "status", "phase"), Column.AGE);
    public static final Columns CONFIG_MAPS = Columns.of(
            Column.NAME,
            Column.number("Data", (object, _) -> size(object, "data") + size(object, "binaryData")),
            Column.AGE);
    public static final Columns SECRETS = Columns.of(
            Column.NAME,
            Column.path("Type", "type"),
            Column.number("Data", (object, _) -> size(object, "data")),
            Column.AGE);
    public static final Columns SERVICE_ACCOUNTS = Columns.of(
            Column.NAME,
            Column.number(
                    "Secrets", (object, _) -> (long) object.items("secrets").size()),
            Column.AGE);
    public static final Columns LEASES =
            Columns.of(Column.NAME, Column.path("Holder", "spec", "holderIdentity"), Column.AGE);
    public static final Columns CONTROLLER_REVISIONS = Columns.of(
            Column.NAME,
            Column.text("Controller", (object, _) -> controller(object)),
            Column.count("Revision", "revision"),
            Column.AGE);
    public static final Columns DAEMON_SETS = Columns.of(
            Column.NAME,
            Column.count("Desired", "status", "desiredNumberScheduled"),
            Column.count("Current", "status", "currentNumberScheduled"),
            Column.count("Ready", "status", "numberReady"),
            Column.count("Up-to-date", "status", "updatedNumberScheduled"),
            Column.count("Available", "status", "numberAvailable"),
            Column.text(
                    "Node Selector", (object, _) -> pairs(object.texts("spec", "template", "spec", "nodeSelector"))),
            Column.AGE,
            Column.text("Containers", (object, _) -> containers(object, "name")).wide(),
            Column.text("Images", (object, _) -> containers(object, "image")).wide(),
            Column.text("Selector", (object, _) -> selector(object)).wide());
    public static final Columns SERVICES = Columns.of(
            Column.NAME,
            Column.path("Type", "spec", "type"),
            Column.text("Cluster-IP", (object, _) -> orNone(object.textOrEmpty("spec", "clusterIP"))),
            Column.text("External-IP", (object, _) -> joined(object, "spec", "externalIPs")),
            Column.text("Port(s)", (object, _) -> ports(object)),
            Column.AGE,
            Column.text("Selector", (object, _) -> pairs(object.texts("spec", "selector")))
                    .wide());
    public static final Columns ROLE_BINDINGS = Columns.of(
            Column.NAME,
            Column.text(
                    "Role",
                    (object, _) -> object.textOrEmpty("roleRef", "kind") + "/" + object.textOrEmpty("roleRef", "name")),
            Column.AGE,
            Column.text("Users", (object, _) -> subjects(object, "User")).wide(),
            Column.text("Groups", (object, _) -> subjects(object, "Group")).wide(),
            Column.text("ServiceAccounts", (object, _) -> subjects(object, "ServiceAccount"))
                    .wide());
    public static final Columns DEFINITIONS = Columns.of(Column.NAME, Column.CREATED_AT);
    public static final Columns EVENTS = Columns.of(
            Column.text("Last Seen", TypeColumns::lastSeen),
            Column.path("Type", "type"),
            Column.path("Reason", "reason"),
            Column.text("Object", (object, _) -> about(object)),
            Column.path("Subobject", "involvedObject", "fieldPath").wide(),
            Column.text("Source", (object, _) -> source(object)).wide(),
            Column.text("Message", (object, _) -> object.textOrEmpty("message").strip()),
            Column.text("First Seen", (object, now) -> age(now, object, "firstTimestamp", "eventTime"))
                    .wide(),
            Column.text("Count", (object, _) -> String.valueOf(count(object))).wide(),
            Column.path("Name", "metadata", "name").wide());

    private TypeColumns() {}

    /** Labels as {@code a=b,c=d}. */
    static String pairs(Map<String, String> labels) {
        if (labels.isEmpty()) return NONE;
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    static long size(Json.Obj object, String member) {
        return object.object(member).members().size();
    }

    private static String controller(Json.Obj object) {
        for (var owner : object.items("metadata", "ownerReferences")) {
            if (!owner.flag("controller")) continue;
            var group = owner.textOrEmpty("apiVersion");
            int slash = group.indexOf('/');
            var kind = owner.textOrEmpty("kind").toLowerCase(Locale.ROOT);
            return kind + (slash < 0 ? "" : "." + group.substring(0, slash)) + "/" + owner.textOrEmpty("name");
        }
        return NONE;
    }

    static String containers(Json.Obj object, String member) {
        return listed(object.items("spec", "template", "spec", "containers"), member);
    }

    static String listed(List<Json> items, String member) {
        return items.stream().map(item -> item.textOrEmpty(member)).collect(Collectors.joining(","));
    }

    static String selector(Json.Obj object) {
        return selected(object.object("spec", "selector"));
    }

    /** Selectors of old are labels and nothing else. */
    public static String selected(Json.Obj selector) {
        if (!selector.has("matchLabels") && !selector.has("matchExpressions")) return pairs(selector.texts());
        try {
            return orNone(LabelSelector.of(selector).toString());
        } catch (SelectorException e) {
            return "<error>";
        }
    }

    private static String subjects(Json.Obj binding, String kind) {
        return binding.items("subjects").stream()
                .filter(subject -> subject.textOrEmpty("kind").equals(kind))
                .map(subject -> kind.equals("ServiceAccount")
                        ? subject.textOrEmpty("namespace") + "/" + subject.textOrEmpty("name")
                        : subject.textOrEmpty("name"))
                .collect(Collectors.joining(", "));
    }

    static String joined(Json.Obj object, String... path) {
        return orNone(object.items(path).stream()
                .map(item -> item instanceof Json.Str(var text) ? text : "")
                .collect(Collectors.joining(",")));
    }

    private static String ports(Json.Obj service) {
        return orNone(service.items("spec", "ports").stream()
                .map(port -> {
                    long node = port.number(0, "nodePort");
                    var protocol = port.textOrEmpty("protocol").isEmpty() ? "TCP" : port.textOrEmpty("protocol");
                    return port.number(0, "port") + (node > 0 ? ":" + node : "") + "/" + protocol;
                })
                .collect(Collectors.joining(",")));
    }

    private static String about(Json.Obj event) {
        return event.textOrEmpty("involvedObject", "kind").toLowerCase(Locale.ROOT) + "/"
                + event.textOrEmpty("involvedObject", "name");
    }

    private static String source(Json.Obj event) {
        var component = event.textOrEmpty("source", "component");
        if (component.isEmpty()) component = event.textOrEmpty("reportingComponent");
        var host = event.textOrEmpty("source", "host");
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static long count(Json.Obj event) {
        long series = event.number(0, "series", "count");
        return series > 0 ? series : Math.max(1, event.number(1, "count"));
    }

    private static String lastSeen(Json.Obj event, Instant now) {
        var series = event.text("series", "lastObservedTime");
        return series != null ? Ages.since(series, now) : age(now, event, "lastTimestamp", "eventTime");
    }

    /** The age of the first of two times that is there, or of the event itself. */
    private static String age(Instant now, Json.Obj event, String first, String second) {
        var time = event.text(first);
        if (time == null) time = event.text(second);
        if (time == null) time = event.text("metadata", "creationTimestamp");
        return Ages.since(time, now);
    }
}
