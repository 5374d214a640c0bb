package io.smarter.schema;

import io.smarter.schema.SchemaType.Struct;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of a struct stand in protobuf. Immutable.
 *
 * @param parts the last field first, as they are written
 */
public record SchemaLayout(Struct of, List<Part> parts) {
    /** What stands in one field of a message. */
    public sealed interface Part {
        int number();
    }

    /** A member that is more than its type says: a schema, or else what the form tells. */
    enum Form {
        PLAIN,
        /** A schema, or a list of schemas (apiextensions/v1 JSONSchemaPropsOrArray). */
        OR_ARRAY,
        /** A schema, or whether anything is allowed (JSONSchemaPropsOrBool). */
        OR_BOOL,
        /** An object of schemas or lists of names (JSONSchemaPropsOrStringArray). */
        OR_STRINGS
    }

    record Member(int number, SchemaField field, Form form) implements Part {}

    /** A part that Go embeds: a message of its own, whose members belong to the object around it. */
    record Embedded(int number, SchemaLayout layout) implements Part {}

    /** The layout of all members that have a number. */
    static SchemaLayout of(Struct type) {
        var numbered = new TreeMap<String, SchemaField>();
        for (var field : type.fields().values()) if (!field.number().isEmpty()) numbered.put(field.number(), field);
        return below("", type, numbered);
    }

    private static SchemaLayout below(String prefix, Struct type, Map<String, SchemaField> numbered) {
        var parts = new TreeMap<Integer, Part>(Comparator.reverseOrder());
        numbered.forEach((number, field) -> {
            if (!number.startsWith(prefix)) return;
            var rest = number.substring(prefix.length());
            int dot = rest.indexOf('.');
            if (dot < 0) {
                var member = member(rest, field);
                parts.put(member.number, member);
            } else {
                int outer = Integer.parseInt(rest, 0, dot, 10);
                if (!parts.containsKey(outer))
                    parts.put(outer, new Embedded(outer, below(prefix + outer + ".", type, numbered)));
            }
        });
        return new SchemaLayout(type, List.copyOf(parts.values()));
    }

    private static Member member(String number, SchemaField field) {
        int slash = number.indexOf('/');
        if (slash < 0) return new Member(Integer.parseInt(number), field, Form.PLAIN);
        var form = switch (number.substring(slash + 1)) {
            case "array" -> Form.OR_ARRAY;
            case "bool" -> Form.OR_BOOL;
            case "strings" -> Form.OR_STRINGS;
            default -> throw new IllegalStateException("schema: no form of protobuf: " + number);
        };
        return new Member(Integer.parseInt(number, 0, slash, 10), field, form);
    }

    /** What a field is, or null when it is none of ours. */
    @Nullable
    Part part(int number) {
        for (var part : parts) if (part.number() == number) return part;
        return null;
    }
}
