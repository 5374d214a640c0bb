package io.smarter.schema;

import io.smarter.cel.CelCheck.Known;
import io.smarter.cel.CelConversion;
import io.smarter.cel.CelShape;
import org.jspecify.annotations.Nullable;

/** A part of an object of a type that is built in. */
public record SchemaShape(SchemaType type) implements CelShape {
    public static Known known(SchemaType type) {
        return switch (type) {
            case CustomSchema schema -> CelShape.OfSchema.known(schema);
            case SchemaType.Struct _ -> new Known(new SchemaShape(type), "object");
            case SchemaType.MapOf _ -> new Known(new SchemaShape(type), "map");
            case SchemaType.ListOf _ -> new Known(new SchemaShape(type), "list");
            case SchemaType.Text _ -> Known.type("string");
            case SchemaType.Scalar scalar -> Known.type(name(scalar));
        };
    }

    private static String name(SchemaType.Scalar scalar) {
        return switch (scalar) {
            case STRING, DURATION -> "string";
            case INT32, INT64 -> "int";
            case BOOL -> "bool";
            case FLOAT64 -> "double";
            case BYTES -> "bytes";
            case TIME, MICRO_TIME -> "timestamp";
            case QUANTITY, INT_OR_STRING, ANY, UNTYPED -> "";
        };
    }

    @Override
    public @Nullable Known field(String name) {
        if (!(type instanceof SchemaType.Struct struct)) return null;
        for (var field : struct.fields().values())
            if (CelConversion.escaped(field.name()).equals(name) || field.name().equals(name))
                return known(field.type());
        return null;
    }

    @Override
    public Known item() {
        return switch (type) {
            case SchemaType.ListOf list -> known(list.item());
            case SchemaType.MapOf map -> known(map.value());
            default -> Known.NOTHING;
        };
    }
}
