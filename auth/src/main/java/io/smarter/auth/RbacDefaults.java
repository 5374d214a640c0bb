package io.smarter.auth;

import io.smarter.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Reads the cluster roles and bindings that always exist from their table, {@code rbac.txt}. */
public final class RbacDefaults {
    private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final List<Json.Obj> objects = new ArrayList<>();

    private RbacDefaults() {}

    /** The objects, as a client would send them. */
    public static List<Json.Obj> objects() {
        try (InputStream in = RbacDefaults.class.getResourceAsStream("rbac.txt")) {
            if (in == null) throw new IllegalStateException("rbac.txt is missing");
            var defaults = new RbacDefaults();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(defaults::line);
            return defaults.aggregated();
        } catch (IOException e) {
            throw new IllegalStateException("rbac.txt cannot be read: " + e.getMessage(), e);
        }
    }

    /** With the rules of those that are made of others, which the table has in this order. */
    private List<Json.Obj> aggregated() {
        for (int i = 0; i < objects.size(); i++) {
            var object = objects.get(i);
            if (!object.has("aggregationRule")) continue;
            var byName = objects.stream()
                    .sorted(Comparator.comparing(other -> other.textOrEmpty("metadata", "name")))
                    .toList();
            objects.set(i, object.with("rules", RbacAggregation.rules(object, byName)));
        }
        return objects;
    }

    private void line(String line) {
        var words = line.split(" ");
        switch (words[0]) {
            case "", "#" -> {}
            case "role" -> role(words);
            case "binding" -> binding(words);
            case "url" -> rule(new RbacRule(list(words[1]), List.of(), List.of(), List.of(), list(words[2])));
            default -> {
                var groups = list(words[1]).stream()
                        .map(group -> group.equals("-") ? "" : group)
                        .toList();
                var names = words.length > 3 ? list(words[3]) : List.<String>of();
                rule(new RbacRule(list(words[0]), groups, list(words[2]), names, List.of()));
            }
        }
    }

    private static List<String> list(String word) {
        return Arrays.asList(word.split(","));
    }

    private void role(String[] words) {
        var role = object("ClusterRole", words[1]).with("rules", Json.arr());
        for (int i = 2; i < words.length; i++) {
            var label = AGGREGATE + words[i].substring(1);
            if (words[i].startsWith("+")) role = role.withAt(Json.of("true"), "metadata", "labels", label);
            else
                role = role.with(
                        "aggregationRule",
                        Json.obj("clusterRoleSelectors", Json.arr(Json.obj("matchLabels", Json.obj(label, "true")))));
        }
        objects.add(role);
    }

    private void rule(RbacRule rule) {
        var role = objects.removeLast();
        objects.add(role.with("rules", new Json.Arr(role.items("rules")).plus(rule.json())));
    }

    private void binding(String[] words) {
        var subjects = new ArrayList<Json>();
        for (int i = 4; i < words.length; i++)
            subjects.add(Json.obj("kind", words[3], "apiGroup", GROUP, "name", words[i]));
        objects.add(object("ClusterRoleBinding", words[1])
                .with("roleRef", Json.obj("apiGroup", GROUP, "kind", "ClusterRole", "name", words[2]))
                .with("subjects", new Json.Arr(subjects)));
    }

    private static Json.Obj object(String kind, String name) {
        return Json.obj(
                "apiVersion",
                GROUP + "/v1",
                "kind",
                kind,
                "metadata",
                Json.obj(
                        "name",
                        name,
                        "labels",
                        Json.obj("kubernetes.io/bootstrapping", "rbac-defaults"),
                        "annotations",
                        Json.obj("rbac.authorization.kubernetes.io/autoupdate", "true")));
    }
}
