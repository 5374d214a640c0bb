package io.smarter.auth;

import io.smarter.json.Json;
import io.smarter.requests.RequestPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** What a role allows (rbac.authorization.k8s.io PolicyRule). Immutable. */
record RbacRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceUrls) {
    private static final String ANY = "*";

    /** Every verb on every object. */
    static final RbacRule EVERYTHING = new RbacRule(List.of(ANY), List.of(ANY), List.of(ANY), List.of(), List.of());

    /** Every verb on every path. */
    static final RbacRule EVERY_PATH = new RbacRule(List.of(ANY), List.of(), List.of(), List.of(), List.of(ANY));

    static RbacRule of(Json rule) {
        return new RbacRule(
                texts(rule, "verbs"),
                texts(rule, "apiGroups"),
                texts(rule, "resources"),
                texts(rule, "resourceNames"),
                texts(rule, "nonResourceURLs"));
    }

    static List<RbacRule> all(Json.Obj role) {
        return role.items("rules").stream().map(RbacRule::of).toList();
    }

    private static List<String> texts(Json rule, String member) {
        var texts = new ArrayList<String>();
        for (var item : rule.items(member)) if (item instanceof Json.Str(var text)) texts.add(text);
        return List.copyOf(texts);
    }

    Json.Obj json() {
        return Json.obj(
                "verbs", verbs,
                "apiGroups", apiGroups.isEmpty() ? null : apiGroups,
                "resources", resources.isEmpty() ? null : resources,
                "resourceNames", resourceNames.isEmpty() ? null : resourceNames,
                "nonResourceURLs", nonResourceUrls.isEmpty() ? null : nonResourceUrls);
    }

    boolean allows(Attributes asked) {
        if (!has(verbs, asked.verb())) return false;
        var target = asked.target();
        if (target == null) return nonResourceUrls.stream().anyMatch(url -> isUrl(url, asked.path()));
        return has(apiGroups, target.group())
                && resources.stream().anyMatch(resource -> isResource(resource, target))
                && (resourceNames.isEmpty() || resourceNames.contains(target.name()));
    }

    private static boolean has(List<String> allowed, String asked) {
        return allowed.contains(ANY) || allowed.contains(asked);
    }

    private static boolean isResource(String rule, RequestPath target) {
        if (rule.equals(ANY) || rule.equals(Attributes.resource(target))) return true;
        return !target.subresource().isEmpty() && rule.equals("*/" + target.subresource());
    }

    /** A star at the end stands for any rest. */
    private static boolean isUrl(String rule, String path) {
        if (rule.equals(ANY) || rule.equals(path)) return true;
        return rule.endsWith(ANY) && path.startsWith(rule.substring(0, rule.length() - 1));
    }

    // ---- what somebody holds against what they grant

    /** Of rules to be granted, the parts that no held rule covers. */
    static List<RbacRule> missing(List<RbacRule> held, List<RbacRule> granted) {
        return granted.stream()
                .flatMap(rule -> rule.parts().stream())
                .filter(part -> held.stream().noneMatch(rule -> rule.covers(part)))
                .toList();
    }

    /** This rule as rules of one verb on one thing each. */
    private List<RbacRule> parts() {
        var parts = new ArrayList<RbacRule>();
        for (var group : apiGroups)
            for (var resource : resources)
                for (var verb : verbs) {
                    if (resourceNames.isEmpty())
                        parts.add(new RbacRule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of()));
                    for (var name : resourceNames)
                        parts.add(new RbacRule(
                                List.of(verb), List.of(group), List.of(resource), List.of(name), List.of()));
                }
        for (var url : nonResourceUrls)
            for (var verb : verbs)
                parts.add(new RbacRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
        return parts;
    }

    private boolean covers(RbacRule part) {
        if (!hasAll(verbs, part.verbs)) return false;
        if (!part.nonResourceUrls.isEmpty())
            return part.nonResourceUrls.stream()
                    .allMatch(url -> nonResourceUrls.stream().anyMatch(own -> isUrl(own, url)));
        boolean named = resourceNames.isEmpty()
                || !part.resourceNames.isEmpty() && resourceNames.containsAll(part.resourceNames);
        return named
                && hasAll(apiGroups, part.apiGroups)
                && part.resources.stream().allMatch(this::coversResource);
    }

    private boolean coversResource(String resource) {
        if (has(resources, resource)) return true;
        int slash = resource.indexOf('/');
        return slash >= 0 && resources.contains("*" + resource.substring(slash));
    }

    private static boolean hasAll(List<String> allowed, List<String> asked) {
        return allowed.contains(ANY) || allowed.containsAll(asked);
    }

    /** Rules of single parts put together again where only the verbs differ. */
    static List<RbacRule> compact(List<RbacRule> parts) {
        var verbs = new LinkedHashMap<RbacRule, List<String>>();
        for (var part : parts) {
            var rest = part.withVerbs(List.of());
            verbs.computeIfAbsent(rest, _ -> new ArrayList<>()).addAll(part.verbs);
        }
        return verbs.entrySet().stream()
                .map(rule -> rule.getKey().withVerbs(List.copyOf(rule.getValue())))
                .toList();
    }

    private RbacRule withVerbs(List<String> others) {
        return new RbacRule(others, apiGroups, resources, resourceNames, nonResourceUrls);
    }

    /** As messages show it. */
    String text() {
        var parts = new ArrayList<String>();
        text(parts, "APIGroups", apiGroups);
        text(parts, "Resources", resources);
        text(parts, "NonResourceURLs", nonResourceUrls);
        text(parts, "ResourceNames", resourceNames);
        text(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void text(List<String> parts, String name, List<String> values) {
        if (!values.isEmpty()) parts.add(name + ":" + quoted(values));
    }

    /** Texts as messages list them: {@code ["a" "b"]}. */
    static String quoted(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(" ", "[", "]"));
    }
}
