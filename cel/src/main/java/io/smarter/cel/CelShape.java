package io.smarter.cel;

import io.smarter.cel.CelCheck.Known;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a value's parts before there is a value, for the check of new expressions. */
public interface CelShape {
    /** Of a field of an object, by the name that expressions use; null when there is none. */
    @Nullable
    Known field(String name);

    /** Of a list's items or a map's values. */
    default Known item() {
        return Known.NOTHING;
    }

    /** An object of which the fields are known. */
    record Fields(Map<String, Known> fields) implements CelShape {
        public static Known known(Map<String, Known> fields) {
            return new Known(new Fields(fields), "object");
        }

        @Override
        public @Nullable Known field(String name) {
            return fields.get(name);
        }
    }

    /** A part of a custom resource. */
    record OfSchema(CelSchema schema) implements CelShape {
        public static Known known(@Nullable CelSchema schema) {
            return schema == null ? Known.NOTHING : new Known(new OfSchema(schema), type(schema));
        }

        private static String type(CelSchema schema) {
            return switch (schema.type()) {
                case "integer" -> "int";
                case "number" -> "double";
                case "boolean" -> "bool";
                case "string" ->
                    switch (schema.format()) {
                        case "date", "date-time" -> "timestamp";
                        case "duration" -> "duration";
                        case "byte" -> "bytes";
                        default -> "string";
                    };
                case "array" -> "list";
                case "object" -> schema.additional() != null ? "map" : "object";
                default -> "";
            };
        }

        @Override
        public @Nullable Known field(String name) {
            if (schema.isResource() && name.equals("metadata")) return Known.NOTHING;
            if (schema.isResource() && (name.equals("apiVersion") || name.equals("kind"))) return Known.type("string");
            for (var property : schema.properties().entrySet())
                if (CelConversion.escaped(property.getKey()).equals(name)) return known(property.getValue());
            return null;
        }

        @Override
        public Known item() {
            return known(schema.type().equals("array") ? schema.items() : schema.additional());
        }
    }
}
