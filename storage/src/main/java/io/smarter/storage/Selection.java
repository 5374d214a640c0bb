package io.smarter.storage;

import io.smarter.api.FieldSelector;
import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.api.Status;
import io.smarter.http.Query;
import io.smarter.json.Json;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which objects of a type a request is about. Immutable. */
public record Selection(LabelSelector labels, FieldSelector fields) {
    static final Selection EVERYTHING = new Selection(LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);

    /** Of a request's {@code labelSelector} and {@code fieldSelector}; a bad one is a bad request. */
    static Selection of(ApiType type, Query query) {
        var labels = query.first("labelSelector", "");
        var fields = query.first("fieldSelector", "");
        if (labels.isEmpty() && fields.isEmpty()) return EVERYTHING;
        try {
            var selection = new Selection(LabelSelector.parse(labels), FieldSelector.parse(fields));
            for (var term : selection.fields.terms()) check(type, term.field());
            return selection;
        } catch (SelectorException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).error();
        }
    }

    /** This selection, of one name. */
    public Selection named(String name) {
        var terms = new ArrayList<>(fields.terms());
        terms.add(new FieldSelector.Term("metadata.name", true, name));
        return new Selection(labels, new FieldSelector(terms));
    }

    boolean isEverything() {
        return labels.isEverything() && fields.isEverything();
    }

    public boolean matches(Json.Obj object) {
        return labels.matches(labels.isEverything() ? Map.of() : object.texts("metadata", "labels"))
                && fields.matches(field -> value(object, field));
    }

    /** The only name that an object can have, or null when more than one can. */
    @Nullable
    String name() {
        return fields.required("metadata.name");
    }

    /** The only namespace that an object can be in, or null when more than one can. */
    @Nullable
    String namespace() {
        return fields.required("metadata.namespace");
    }

    /** The only node that a pod can be bound to, or null when more than one can, or none. */
    public @Nullable String node() {
        var node = fields.required("spec.nodeName");
        return node == null || node.isEmpty() ? null : node;
    }

    private static void check(ApiType type, String field) throws SelectorException {
        if (field.equals("metadata.name") || type.fields().contains(field)) return;
        if (field.equals("metadata.namespace") && type.resource().namespaced()) return;
        throw new SelectorException(
                type.fields().isEmpty()
                        ? "\"%s\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                                .formatted(field)
                        : "field label not supported: " + field);
    }

    /** Custom types may select by numbers and flags as well. */
    private static String text(@Nullable Json value) {
        return switch (value) {
            case Json.Str(var text) -> text;
            case Json.Num number -> number.literal();
            case Json.Bool(var flag) -> Boolean.toString(flag);
            case null, default -> "";
        };
    }

    private static String value(Json.Obj object, String field) {
        return switch (field) {
            case "source" -> {
                var component = object.textOrEmpty("source", "component");
                yield component.isEmpty() ? object.textOrEmpty("reportingComponent") : component;
            }
            case "spec.unschedulable", "spec.hostNetwork" ->
                Boolean.toString(object.flag("spec", field.substring("spec.".length())));
            default -> text(object.at(field.split("\\.")));
        };
    }
}
