package io.smarter.api;

import io.smarter.json.Json;
import java.util.List;
import java.util.Map;

/**
 * Which nodes a pod's {@code spec} asks for: its {@code nodeSelector} and its required node affinity, both of which must
 * hold (Kubernetes "Assigning Pods to Nodes"). What it merely prefers does not count. Immutable.
 */
public final class NodeSelector {
    private final Map<String, String> labels;
    private final boolean hasTerms;
    private final List<Term> terms;

    private record Term(LabelSelector labels, List<Json> fields) {}

    private NodeSelector(Map<String, String> labels, boolean hasTerms, List<Term> terms) {
        this.labels = labels;
        this.hasTerms = hasTerms;
        this.terms = terms;
    }

    /** Reads a pod's {@code spec}; a term that cannot be understood chooses no node. */
    public static NodeSelector of(Json.Obj podSpec) {
        var required = podSpec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        if (!(required instanceof Json.Obj affinity))
            return new NodeSelector(podSpec.texts("nodeSelector"), false, List.of());
        var terms = affinity.items("nodeSelectorTerms").stream()
                .map(NodeSelector::term)
                .toList();
        return new NodeSelector(podSpec.texts("nodeSelector"), true, terms);
    }

    public boolean matches(Json.Obj node) {
        var has = node.texts("metadata", "labels");
        for (var label : labels.entrySet()) if (!label.getValue().equals(has.get(label.getKey()))) return false;
        if (!hasTerms) return true;
        var name = node.textOrEmpty("metadata", "name");
        return terms.stream().anyMatch(term -> matches(term, has, name));
    }

    private static Term term(Json term) {
        var expressions = term.items("matchExpressions");
        var fields = term.items("matchFields");
        if (expressions.isEmpty() && fields.isEmpty()) return new Term(LabelSelector.nothing(), fields);
        try {
            return new Term(LabelSelector.of(Json.obj("matchExpressions", expressions)), fields);
        } catch (SelectorException e) {
            return new Term(LabelSelector.nothing(), fields);
        }
    }

    private static boolean matches(Term term, Map<String, String> labels, String name) {
        return term.labels.matches(labels) && term.fields.stream().allMatch(field -> matchesField(field, name));
    }

    /** The one field that can be asked for is the node's name. */
    private static boolean matchesField(Json field, String name) {
        if (!field.textOrEmpty("key").equals("metadata.name")) return false;
        boolean listed = field.items("values").contains(Json.of(name));
        return switch (field.textOrEmpty("operator")) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }
}
