package io.smarter.cli;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What was said of a pod.
 *
 * @param known whether by one who knows the pod
 * @param json {@code verdict} and what else there is of {@code node}, {@code phase}, {@code link}, {@code containers},
 *     {@code timeline} and {@code next}
 */
record WhyAnswer(boolean known, Json.Obj json) {
    private static final int WIDTH = 100;

    /** One who was asked and said nothing of the pod. */
    static WhyAnswer none(String why) {
        return unknown(why, List.of());
    }

    static WhyAnswer unknown(String verdict, List<String> next) {
        return new WhyAnswer(
                false,
                Json.obj("verdict", verdict, "next", next.stream().map(Json::of).toList()));
    }

    /** What all those say together who were asked and do not know the pod. */
    static WhyAnswer unknown(WhyQuestion question, List<WhyAnswer> asked, boolean noCloud) {
        var verdict = "No pod %s/%s is known to those who were asked".formatted(question.namespace(), question.name());
        var next = new LinkedHashSet<String>();
        for (var answer : asked) {
            answer.json.items("next").forEach(hint -> next.add(((Json.Str) hint).value()));
            var pods = answer.json.items("pods");
            if (!pods.isEmpty()) next.add("known on %s: %s".formatted(answer.json.textOrEmpty("node"), joined(pods)));
        }
        if (noCloud)
            next.add(
                    "which gateways a DaemonSet selects is known to the cloud: ask with --kubeconfig, or on another gateway");
        return new WhyAnswer(
                false,
                Json.obj(
                        "verdict",
                        verdict,
                        "namespace",
                        question.namespace(),
                        "name",
                        question.name(),
                        "asked",
                        asked.stream()
                                .map(answer -> Json.of(answer.json.textOrEmpty("verdict")))
                                .toList(),
                        "next",
                        next.stream().map(Json::of).toList()));
    }

    private static String joined(List<Json> names) {
        return String.join(
                ", ", names.stream().map(name -> ((Json.Str) name).value()).toList());
    }

    // ---- for people

    String text() {
        var text = new StringBuilder();
        Terminal.lines(json.textOrEmpty("verdict"), WIDTH)
                .forEach(line -> text.append(line).append('\n'));
        if (json.has("node")) text.append('\n').append(place()).append('\n');
        section(text, "Asked", rows("asked"));
        section(text, "Containers", containers());
        section(text, "What happened", timeline());
        if (json.items("next").isEmpty()) return text.toString();
        text.append("\nNext\n"); // in one line each, as there are commands to copy
        rows("next").forEach(row -> text.append("  ").append(row.getFirst()).append('\n'));
        return text.toString();
    }

    private String place() {
        var place = "%s/%s on %s"
                .formatted(json.textOrEmpty("namespace"), json.textOrEmpty("name"), json.textOrEmpty("node"));
        if (!json.textOrEmpty("phase").isEmpty()) place += ", phase " + json.textOrEmpty("phase");
        if (!json.has("link")) return place;
        return place
                + (json.flag("link") ? ", in touch with the cloud" : ", no link to the cloud: as it was known last");
    }

    private List<List<String>> rows(String member) {
        return json.items(member).stream()
                .map(item -> List.of(((Json.Str) item).value()))
                .toList();
    }

    private List<List<String>> containers() {
        return json.items("containers").stream()
                .map(part -> List.of(
                        part.textOrEmpty("name"),
                        part.textOrEmpty("kind").equals("main") ? "" : part.textOrEmpty("kind"),
                        part.textOrEmpty("text")))
                .toList();
    }

    private List<List<String>> timeline() {
        var rows = new ArrayList<List<String>>();
        for (var entry : json.items("timeline")) {
            long count = entry.number(1, "count");
            rows.add(List.of(
                    entry.textOrEmpty("time"),
                    entry.textOrEmpty("container"),
                    entry.textOrEmpty("reason") + (count > 1 ? " x" + count : ""),
                    entry.textOrEmpty("message")));
        }
        return rows;
    }

    private static void section(StringBuilder text, String heading, List<List<String>> rows) {
        if (rows.isEmpty()) return;
        text.append('\n').append(heading).append('\n');
        Terminal.table(wrapped(rows))
                .lines()
                .forEach(line -> text.append("  ").append(line).append('\n'));
    }

    /** Rows of which the last column goes on below itself where it is too wide. */
    private static List<List<String>> wrapped(List<List<String>> rows) {
        int columns = rows.getFirst().size() - 1;
        int before = 2;
        for (int i = 0; i < columns; i++) {
            int column = i;
            before += 2
                    + rows.stream()
                            .mapToInt(row -> row.get(column).length())
                            .max()
                            .orElse(0);
        }
        int room = Math.max(30, WIDTH - before);
        var wrapped = new ArrayList<List<String>>();
        for (var row : rows) {
            var cells = new ArrayList<>(row.subList(0, columns));
            for (var line : Terminal.lines(row.getLast().strip(), room)) {
                cells.add(line);
                wrapped.add(List.copyOf(cells));
                cells.replaceAll(_ -> "");
                cells.removeLast();
            }
        }
        return wrapped;
    }
}
