package io.smarter.api;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Chooses objects by their labels (Kubernetes "Labels and Selectors"): all requirements must hold, none means every
 * object. Immutable.
 */
public record LabelSelector(List<Requirement> requirements) {
    /** Every object. */
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    private static final LabelSelector NOTHING = new LabelSelector(
            List.of(new Requirement("", Operator.EXISTS, Set.of()), new Requirement("", Operator.ABSENT, Set.of())));

    public LabelSelector {
        requirements = List.copyOf(requirements);
    }

    /** What is asked of a label's value. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        ABSENT,
        GREATER,
        LESS
    }

    /** @param values one or more for {@code IN} and {@code NOT_IN}, one integer for {@code GREATER} and {@code LESS} */
    public record Requirement(String key, Operator operator, Set<String> values) {
        public Requirement {
            values = Set.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            var value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case ABSENT -> value == null;
                case GREATER -> value != null && compare(value) > 0;
                case LESS -> value != null && compare(value) < 0;
            };
        }

        /** The sign of value minus operand; 0 when either is no integer. */
        private int compare(String value) {
            try {
                return Long.compare(
                        Long.parseLong(value), Long.parseLong(values.iterator().next()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        @Override
        public String toString() {
            var sorted = String.join(",", new TreeSet<>(values));
            return switch (operator) {
                case IN -> values.size() == 1 ? key + "=" + sorted : key + " in (" + sorted + ")";
                case NOT_IN -> values.size() == 1 ? key + "!=" + sorted : key + " notin (" + sorted + ")";
                case EXISTS -> key;
                case ABSENT -> "!" + key;
                case GREATER -> key + ">" + sorted;
                case LESS -> key + "<" + sorted;
            };
        }
    }

    /** Reads the text form, as {@code app=web,tier in (a, b),!legacy}. */
    public static LabelSelector parse(String text) throws SelectorException {
        var selector = new LabelSelector(new LabelSelectorReader(text).requirements());
        for (var requirement : selector.requirements) check(requirement);
        return selector;
    }

    /**
     * Reads the object form (meta/v1 LabelSelector): {@code matchLabels} and {@code matchExpressions}. The empty object
     * chooses everything.
     */
    public static LabelSelector of(Json.Obj selector) throws SelectorException {
        var requirements = new ArrayList<Requirement>();
        selector.texts("matchLabels")
                .forEach((key, value) -> requirements.add(new Requirement(key, Operator.IN, Set.of(value))));
        for (var expression : selector.items("matchExpressions")) {
            var values = expression.items("values").stream()
                    .filter(Json.Str.class::isInstance)
                    .map(value -> ((Json.Str) value).value())
                    .collect(Collectors.toSet());
            var operator = operator(expression.textOrEmpty("operator"));
            requirements.add(new Requirement(expression.textOrEmpty("key"), operator, values));
        }
        for (var requirement : requirements) check(requirement);
        return new LabelSelector(requirements);
    }

    /** Exactly these labels. */
    public static LabelSelector of(Map<String, String> labels) {
        return new LabelSelector(labels.entrySet().stream()
                .map(label -> new Requirement(label.getKey(), Operator.IN, Set.of(label.getValue())))
                .toList());
    }

    /** No object. */
    public static LabelSelector nothing() {
        return NOTHING;
    }

    public boolean matches(Map<String, String> labels) {
        for (var requirement : requirements) if (!requirement.matches(labels)) return false;
        return true;
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    /** The text form. */
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }

    private static Operator operator(String word) throws SelectorException {
        return switch (word) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.ABSENT;
            case "Gt" -> Operator.GREATER;
            case "Lt" -> Operator.LESS;
            default -> throw new SelectorException("\"" + word + "\" is not a valid label selector operator");
        };
    }

    private static void check(Requirement of) throws SelectorException {
        for (var problem : Names.qualified(of.key))
            throw new SelectorException("key: Invalid value: \"" + of.key + "\": " + problem);
        for (var value : of.values) {
            for (var problem : Names.labelValue(value))
                throw new SelectorException("values[0][" + of.key + "]: Invalid value: \"" + value + "\": " + problem);
        }
        int count = of.values.size();
        boolean good = switch (of.operator) {
            case IN, NOT_IN -> count > 0;
            case EXISTS, ABSENT -> count == 0;
            case GREATER, LESS -> count == 1 && isInteger(of.values.iterator().next());
        };
        if (!good)
            throw new SelectorException("values: Invalid value: " + new TreeSet<>(of.values)
                    + ": not what the operator of \"" + of.key + "\" takes: one or more for In and NotIn, none for "
                    + "Exists and DoesNotExist, one integer for Gt and Lt");
    }

    private static boolean isInteger(String text) {
        try {
            Long.parseLong(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
