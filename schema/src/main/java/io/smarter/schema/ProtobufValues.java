package io.smarter.schema;

import io.smarter.json.Json;
import io.smarter.schema.SchemaLayout.Embedded;
import io.smarter.schema.SchemaLayout.Member;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import java.util.Base64;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in protobuf, byte for byte as Go writes them: what Go does not hold by pointer is there even when it is
 * empty. Everything is written from its end. Used by one thread.
 */
final class ProtobufValues {
    private final ProtobufWriter out;

    ProtobufValues(ProtobufWriter out) {
        this.out = out;
    }

    /** The fields of a struct's message. */
    void struct(SchemaLayout layout, Json.Obj object) {
        for (var part : layout.parts()) {
            switch (part) {
                case Embedded(var number, var inner) -> {
                    int before = out.size();
                    struct(inner, object);
                    out.message(number, before);
                }
                case Member(var number, var field, var form) -> {
                    var value = object.get(field.name());
                    var set = value instanceof Json.Null ? null : value;
                    if (form == SchemaLayout.Form.PLAIN) field(number, field, set);
                    else if (set != null) alternative(number, form, layout, set);
                }
            }
        }
    }

    private void field(int number, SchemaField field, @Nullable Json value) {
        switch (field.type()) {
            case ListOf list
            when list.alias() != null -> {
                if (value != null) wrapped(number, list, value);
            }
            case ListOf list -> {
                if (value != null) list(number, list.item(), value);
            }
            case MapOf map -> {
                if (value != null) map(number, map.value(), value.object());
            }
            default -> {
                if (value != null || !field.pointer()) value(number, field.type(), value);
            }
        }
    }

    private void list(int number, SchemaType item, Json list) {
        for (var value : list.items().reversed()) value(number, item, value);
    }

    /** A list that has a name of its own in Go is a message. */
    private void wrapped(int number, ListOf list, Json value) {
        int before = out.size();
        list(1, list.item(), value);
        out.message(number, before);
    }

    private void map(int number, SchemaType type, Json.Obj map) {
        var members = map.members();
        var sorted = members.size() > 1 ? new TreeMap<>(members).descendingMap() : members;
        for (var member : sorted.entrySet()) {
            int before = out.size();
            if (type instanceof ListOf list) wrapped(2, list, member.getValue());
            else value(2, type, member.getValue());
            out.text(1, member.getKey());
            out.message(number, before);
        }
    }

    private void value(int number, SchemaType type, @Nullable Json value) {
        switch (type) {
            case Struct struct -> {
                int before = out.size();
                struct(struct.layout(), value instanceof Json.Obj object ? object : Json.Obj.EMPTY);
                out.message(number, before);
            }
            case Text _ -> out.text(number, text(value));
            case Scalar scalar -> scalar(number, scalar, value);
            case ListOf _, MapOf _, CustomSchema _ ->
                throw new IllegalArgumentException("no protobuf form: " + type.goName());
        }
    }

    private void scalar(int number, Scalar type, @Nullable Json value) {
        switch (type) {
            case STRING -> out.text(number, text(value));
            case BOOL -> out.flag(number, value instanceof Json.Bool(var flag) && flag);
            case INT32, INT64 -> out.number(number, value instanceof Json.Num num ? num.asLong() : 0);
            case FLOAT64 ->
                out.fixed64(number, Double.doubleToRawLongBits(value instanceof Json.Num num ? num.asDouble() : 0));
            case BYTES -> {
                if (value instanceof Json.Str(var text))
                    out.bytes(number, Base64.getDecoder().decode(text));
            }
            case QUANTITY -> {
                int before = out.size();
                out.text(1, value instanceof Json.Str(var quantity) ? quantity : "0");
                out.message(number, before);
            }
            case INT_OR_STRING -> intOrString(number, value);
            case TIME, MICRO_TIME -> time(number, text(value), type == Scalar.MICRO_TIME);
            case ANY, UNTYPED -> {
                int before = out.size();
                if (value != null && !(value instanceof Json.Null)) out.bytes(1, value.bytes());
                out.message(number, before);
            }
            case DURATION -> throw new IllegalArgumentException("no protobuf form: " + type.goName());
        }
    }

    private static String text(@Nullable Json value) {
        return value instanceof Json.Str(var text) ? text : "";
    }

    private void intOrString(int number, @Nullable Json value) {
        int before = out.size();
        out.text(3, text(value));
        out.number(2, value instanceof Json.Num num ? num.asLong() : 0);
        out.number(1, value instanceof Json.Str ? 1 : 0);
        out.message(number, before);
    }

    /** No time at all is an empty message; of other than micro times, parts of a second are not told. */
    private void time(int number, String text, boolean micros) {
        int before = out.size();
        if (!text.isEmpty()) {
            out.number(2, micros ? SchemaTimes.nanos(text) : 0);
            out.number(1, SchemaTimes.seconds(text));
        }
        out.message(number, before);
    }

    /** A schema, or what may stand in its place; schemas are of the type that has the field. */
    private void alternative(int number, SchemaLayout.Form form, SchemaLayout schema, Json value) {
        if (form == SchemaLayout.Form.OR_STRINGS) {
            for (var member :
                    new TreeMap<>(value.object().members()).descendingMap().entrySet()) {
                int before = out.size();
                alternative(2, schema, member.getValue(), form);
                out.text(1, member.getKey());
                out.message(number, before);
            }
        } else alternative(number, schema, value, form);
    }

    private void alternative(int number, SchemaLayout schema, Json value, SchemaLayout.Form form) {
        boolean bool = form == SchemaLayout.Form.OR_BOOL;
        int before = out.size();
        switch (value) {
            case Json.Obj object -> {
                int start = out.size();
                struct(schema, object);
                out.message(bool ? 2 : 1, start);
                if (bool) out.flag(1, true);
            }
            case Json.Arr list -> list(2, form == SchemaLayout.Form.OR_ARRAY ? schema.of() : Scalar.STRING, list);
            default -> out.flag(1, value instanceof Json.Bool(var allowed) && allowed);
        }
        out.message(number, before);
    }
}
