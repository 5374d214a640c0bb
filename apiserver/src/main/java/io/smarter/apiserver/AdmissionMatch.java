package io.smarter.apiserver;

import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a policy, its binding or a webhook is about (admissionregistration.k8s.io MatchResources). Immutable.
 *
 * @param rules any of which must hold; none means every request
 */
record AdmissionMatch(
        List<Rule> rules, List<Rule> excluded, boolean equivalent, LabelSelector namespaces, LabelSelector objects) {
    /** Every request. */
    static final AdmissionMatch EVERYTHING =
            new AdmissionMatch(List.of(), List.of(), true, LabelSelector.EVERYTHING, LabelSelector.EVERYTHING);

    /**
     * @param of what holds the selectors
     * @param rules the member that holds the rules
     */
    static AdmissionMatch of(Json of, String rules) {
        return new AdmissionMatch(
                rules(of.items(rules)),
                rules(of.items("excludeResourceRules")),
                !of.textOrEmpty("matchPolicy").equals("Exact"),
                selector(of.object("namespaceSelector")),
                selector(of.object("objectSelector")));
    }

    private static List<Rule> rules(List<Json> items) {
        var rules = new ArrayList<Rule>();
        for (var item : items) rules.add(Rule.of(item));
        return List.copyOf(rules);
    }

    /** What cannot be read was refused when it was written. */
    private static LabelSelector selector(Json.Obj selector) {
        try {
            return LabelSelector.of(selector);
        } catch (SelectorException e) {
            return LabelSelector.nothing();
        }
    }

    /** @param names of the objects; none means all */
    record Rule(
            List<String> operations,
            List<String> groups,
            List<String> versions,
            List<String> resources,
            String scope,
            List<String> names) {
        static Rule of(Json rule) {
            return new Rule(
                    words(rule, "operations"),
                    words(rule, "apiGroups"),
                    words(rule, "apiVersions"),
                    words(rule, "resources"),
                    rule.textOrEmpty("scope"),
                    words(rule, "resourceNames"));
        }

        private static List<String> words(Json rule, String member) {
            var words = new ArrayList<String>();
            for (var item : rule.items(member)) if (item instanceof Json.Str(var word)) words.add(word);
            return List.copyOf(words);
        }

        /** Whether it is about a request, seen as one for a type. */
        boolean matches(AdmissionRequest request, ApiType type) {
            var resource = type.resource();
            boolean placed = !request.placedIn().isEmpty();
            boolean inScope = switch (scope) {
                case "Cluster" -> !placed;
                case "Namespaced" -> placed;
                default -> true;
            };
            return inScope
                    && has(operations, request.operation())
                    && has(groups, resource.group())
                    && has(versions, resource.version())
                    && (names.isEmpty() || names.contains(request.name()))
                    && resources.stream().anyMatch(one -> isResource(one, resource.plural(), request.subresource()));
        }

        private static boolean has(List<String> words, String word) {
            return words.contains("*") || words.contains(word);
        }

        /** As {@code pods}, {@code pods/status}, {@code pods/*} or {@code *}{@code /scale} name them. */
        private static boolean isResource(String pattern, String plural, String subresource) {
            int slash = pattern.indexOf('/');
            var of = slash < 0 ? pattern : pattern.substring(0, slash);
            var below = slash < 0 ? "" : pattern.substring(slash + 1);
            return (of.equals("*") || of.equals(plural)) && (below.equals("*") || below.equals(subresource));
        }
    }

    /** The request in the form that the rules name; null when it does not match. */
    @Nullable
    AdmissionRequest match(AdmissionRequest request, AdmissionSources sources) {
        var type = matched(request, sources);
        if (type == null || !inNamespaces(request, sources) || !ofObjects(request)) return null;
        return type.equals(request.type()) ? request : request.in(type);
    }

    private @Nullable ApiType matched(AdmissionRequest request, AdmissionSources sources) {
        var type = request.type();
        var others = equivalent ? sources.equivalents(type) : List.of(type);
        if (any(excluded, request, others) != null) return null;
        return rules.isEmpty() ? type : any(rules, request, others);
    }

    private static @Nullable ApiType any(List<Rule> rules, AdmissionRequest request, List<ApiType> types) {
        for (var type : types) for (var rule : rules) if (rule.matches(request, type)) return type;
        return null;
    }

    private boolean inNamespaces(AdmissionRequest request, AdmissionSources sources) {
        if (namespaces.isEverything() || request.namespace().isEmpty()) return true;
        return namespaces.matches(
                request.isNamespace()
                        ? labels(request)
                        : sources.namespace(request.namespace()).texts("metadata", "labels"));
    }

    private static Map<String, String> labels(AdmissionRequest request) {
        var object = request.object() == null ? request.old() : request.object();
        return object == null ? Map.of() : object.texts("metadata", "labels");
    }

    /** Whether the object as it was or as it is to be is one of those. */
    private boolean ofObjects(AdmissionRequest request) {
        return objects.isEverything() || chosen(request.object()) || chosen(request.old());
    }

    private boolean chosen(Json.@Nullable Obj object) {
        return object != null && object.has("metadata") && objects.matches(object.texts("metadata", "labels"));
    }
}
