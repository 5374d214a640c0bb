package io.smarter.apiserver;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.types.DataTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The priority levels and flow schemas that always are there, read from {@code flows.txt}. */
final class FlowDefaults {
    private static final Json ALL = Json.arr("*");
    private static final String NONE = "-";

    private final List<Json.Obj> objects = new ArrayList<>();
    private final List<Json> rules = new ArrayList<>();
    private final List<Json> resources = new ArrayList<>();
    private final List<Json> urls = new ArrayList<>();
    private Json.Obj schema = Json.Obj.EMPTY;
    private Json.Arr subjects = Json.arr();

    private final Instant now;

    private FlowDefaults(Instant now) {
        this.now = now;
    }

    /** The objects, with the status that they get. */
    static List<Json.Obj> objects(Instant now) {
        var reading = new FlowDefaults(now);
        for (var line : text().split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) reading.read(line.split(" ", -1));
        }
        reading.endSchema();
        return reading.objects;
    }

    private void read(String[] words) {
        switch (words[0]) {
            case "level" -> objects.add(object(DataTypes.PRIORITY_LEVELS, words[1], level(words)));
            case "schema" -> {
                endSchema();
                var known = FlowControl.dangling(words[3], true, now);
                schema = object(DataTypes.FLOW_SCHEMAS, words[1], schema(words))
                        .with("status", Json.obj("conditions", Json.arr(known)));
            }
            case "rule" -> {
                endRule();
                subjects = Json.arr(
                        Arrays.stream(words).skip(1).map(FlowDefaults::subject).toArray());
            }
            case "of" -> resources.add(resourceRule(list(words[1]), list(words[2]), list(words[3]), words[4]));
            case "url" -> urls.add(urlRule(list(words[1]), list(words[2])));
            default -> throw new IllegalStateException("flows.txt: no such line: " + words[0]);
        }
    }

    private static Json.Obj level(String[] words) {
        if (words[2].equals(NONE))
            return Json.obj("type", "Exempt", "exempt", Json.obj("nominalConcurrencyShares", 0, "lendablePercent", 0));
        var response = words.length == 4
                ? Json.obj("type", "Reject")
                : Json.obj(
                        "type",
                        "Queue",
                        "queuing",
                        Json.obj(
                                "queues",
                                number(words[4]),
                                "handSize",
                                number(words[5]),
                                "queueLengthLimit",
                                number(words[6])));
        return Json.obj(
                "type",
                "Limited",
                "limited",
                Json.obj(
                        "nominalConcurrencyShares",
                        number(words[2]),
                        "limitResponse",
                        response,
                        "lendablePercent",
                        number(words[3])));
    }

    private static Json.Obj schema(String[] words) {
        return Json.obj(
                "priorityLevelConfiguration", Json.obj("name", words[3]),
                "matchingPrecedence", number(words[2]),
                "distinguisherMethod", words[4].equals(NONE) ? null : Json.obj("type", words[4]));
    }

    private static Json.Obj subject(String word) {
        var parts = word.split(":", 2);
        return switch (parts[0]) {
            case "User" -> Json.obj("kind", "User", "user", Json.obj("name", parts[1]));
            case "Group" -> Json.obj("kind", "Group", "group", Json.obj("name", parts[1]));
            default -> {
                var account = parts[1].split(":", 2);
                yield Json.obj(
                        "kind", parts[0], "serviceAccount", Json.obj("namespace", account[0], "name", account[1]));
            }
        };
    }

    private static Json.Obj resourceRule(Json verbs, Json groups, Json plurals, String namespaces) {
        boolean clusterOnly = namespaces.equals("=");
        return Json.obj(
                "verbs", verbs,
                "apiGroups", groups,
                "resources", plurals,
                "clusterScope", clusterOnly || namespaces.equals("**") ? Json.of(true) : null,
                "namespaces", clusterOnly ? null : ALL);
    }

    private static Json.Obj urlRule(Json verbs, Json paths) {
        return Json.obj("verbs", verbs, "nonResourceURLs", paths);
    }

    private void endRule() {
        if (subjects.items().isEmpty()) return;
        boolean everything = resources.isEmpty() && urls.isEmpty();
        if (everything) {
            resources.add(resourceRule(ALL, ALL, ALL, "**"));
            urls.add(urlRule(ALL, ALL));
        }
        rules.add(Json.obj(
                "subjects", subjects,
                "resourceRules", resources.isEmpty() ? null : List.copyOf(resources),
                "nonResourceRules", urls.isEmpty() ? null : List.copyOf(urls)));
        subjects = Json.arr();
        resources.clear();
        urls.clear();
    }

    private void endSchema() {
        endRule();
        if (!rules.isEmpty()) objects.add(schema.withAt(Json.arr(rules.toArray()), "spec", "rules"));
        rules.clear();
    }

    private static Json.Obj object(Resource type, String name, Json.Obj spec) {
        return Json.obj(
                "apiVersion", type.apiVersion(),
                "kind", type.kind(),
                "metadata",
                        Json.obj("name", name, "annotations", Json.obj("apf.kubernetes.io/autoupdate-spec", "true")),
                "spec", spec);
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }

    private static Json.Arr list(String word) {
        return Json.arr(word.equals(NONE) ? new Object[] {""} : word.split(","));
    }

    private static String text() {
        try (var in = FlowDefaults.class.getResourceAsStream("flows.txt")) {
            if (in == null) throw new IllegalStateException("flows.txt: not in this module");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("flows.txt: cannot be read", e);
        }
    }
}
