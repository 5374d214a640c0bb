package io.smarter.schema;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.schema.SchemaLayout.Member;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects in Kubernetes' protobuf encoding, which kubectl's {@code create} commands send: the four bytes
 * {@code k8s\0}, an envelope with kind and version, the object inside. Pure functions; a length is checked against what
 * is there before anything is made of it.
 */
public final class SchemaProtobuf {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int MAX_DEPTH = 64;

    private SchemaProtobuf() {}

    /**
     * The object in JSON's form, with the kind and version of the envelope.
     *
     * @throws JsonException if it is no such encoding
     */
    public static Json.Obj decode(SchemaKind kind, byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length))
            throw new JsonException("provided data does not appear to be a protobuf message, expected prefix k8s");
        if (!(kind.type() instanceof Struct type)) throw new JsonException(kind.gvk() + " has no protobuf form");
        var envelope = new SchemaWire(body, MAGIC.length, body.length);
        var members = new LinkedHashMap<String, Json>();
        SchemaWire object = null;
        while (envelope.next()) {
            switch (envelope.field()) {
                case 1 -> typeMeta(envelope.message(), members);
                case 2 -> object = envelope.message();
                default -> envelope.skip();
            }
        }
        if (object != null) members.putAll(struct(type, object, 0).members());
        return new Json.Obj(members);
    }

    private static void typeMeta(SchemaWire message, Map<String, Json> to) {
        while (message.next()) {
            switch (message.field()) {
                case 1 -> to.put("apiVersion", Json.of(message.text()));
                case 2 -> to.put("kind", Json.of(message.text()));
                default -> message.skip();
            }
        }
    }

    private static Json.Obj struct(Struct type, SchemaWire message, int depth) {
        return object(type.layout(), message, depth);
    }

    private static Json.Obj object(SchemaLayout layout, SchemaWire message, int depth) {
        if (depth > MAX_DEPTH) throw new JsonException("protobuf: nested deeper than " + MAX_DEPTH);
        var members = new LinkedHashMap<String, Json>();
        struct(layout, message, depth, members);
        return new Json.Obj(members);
    }

    /** Reads one message; parts that Go embeds are messages of their own, whose members belong to the outer object. */
    private static void struct(SchemaLayout layout, SchemaWire message, int depth, Map<String, Json> to) {
        while (message.next()) {
            switch (layout.part(message.field())) {
                case null -> message.skip();
                case SchemaLayout.Embedded embedded -> struct(embedded.layout(), message.message(), depth + 1, to);
                case Member member -> {
                    if (member.form() == SchemaLayout.Form.PLAIN) put(member.field(), message, depth, to);
                    else alternative(layout, member, message.message(), depth, to);
                }
            }
        }
    }

    /** An object whose members are schemas or lists of names comes as a map; else there is one value. */
    private static void alternative(
            SchemaLayout schema, Member member, SchemaWire message, int depth, Map<String, Json> to) {
        var name = member.field().name();
        if (member.form() != SchemaLayout.Form.OR_STRINGS) {
            to.put(name, alternative(schema, member.form(), message, depth));
            return;
        }
        var key = "";
        Json value = new Json.Arr(List.of());
        while (message.next()) {
            switch (message.field()) {
                case 1 -> key = message.text();
                case 2 -> value = alternative(schema, member.form(), message.message(), depth);
                default -> message.skip();
            }
        }
        var known = to.get(name) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        to.put(name, known.with(key, value));
    }

    /** A schema, or what may stand in its place. */
    private static Json alternative(SchemaLayout schema, SchemaLayout.Form form, SchemaWire message, int depth) {
        boolean bool = form == SchemaLayout.Form.OR_BOOL;
        Json value = null;
        boolean allows = false;
        var items = new ArrayList<Json>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> {
                    if (bool) allows = message.varint() != 0;
                    else value = schema(schema, message.message(), depth + 1);
                }
                case 2 -> {
                    if (bool) value = schema(schema, message.message(), depth + 1);
                    else if (form == SchemaLayout.Form.OR_STRINGS) items.add(Json.of(message.text()));
                    else items.add(schema(schema, message.message(), depth + 1));
                }
                default -> message.skip();
            }
        }
        if (value != null) return value;
        return bool ? Json.of(allows) : new Json.Arr(items);
    }

    /** A schema whose place has no type, so that nobody else leaves out what is not set. */
    private static Json.Obj schema(SchemaLayout schema, SchemaWire message, int depth) {
        var read = object(schema, message, depth);
        return SchemaDecoder.member(schema.of(), "", read) instanceof SchemaDecoder.Outcome.Decoded decoded
                ? decoded.object()
                : read;
    }

    private static void put(SchemaField field, SchemaWire message, int depth, Map<String, Json> to) {
        var name = field.name();
        var old = to.get(name);
        switch (field.type()) {
            case ListOf list when list.alias() != null -> to.put(name, wrapped(list, message.message(), depth));
            case ListOf list -> {
                var items = old instanceof Json.Arr(var known) ? new ArrayList<>(known) : new ArrayList<Json>();
                if (message.isPacked(list.item())) {
                    var packed = message.message();
                    while (packed.hasMore()) items.add(Json.of(packed.varint()));
                } else items.add(orNull(value(list.item(), message, depth)));
                to.put(name, new Json.Arr(items));
            }
            case MapOf map -> {
                var entries = new LinkedHashMap<>(old instanceof Json.Obj(var known) ? known : Map.<String, Json>of());
                entry(map, message.message(), depth, entries);
                to.put(name, new Json.Obj(entries));
            }
            default -> {
                var value = value(field.type(), message, depth);
                if (value != null) to.put(name, value);
            }
        }
    }

    private static Json wrapped(ListOf list, SchemaWire message, int depth) {
        var items = new ArrayList<Json>();
        while (message.next()) {
            if (message.field() == 1) items.add(orNull(value(list.item(), message, depth + 1)));
            else message.skip();
        }
        return new Json.Arr(items);
    }

    private static void entry(MapOf map, SchemaWire entry, int depth, Map<String, Json> to) {
        var key = "";
        Json value = null;
        while (entry.next()) {
            switch (entry.field()) {
                case 1 -> key = entry.text();
                case 2 ->
                    value = map.value() instanceof ListOf list
                            ? wrapped(list, entry.message(), depth)
                            : value(map.value(), entry, depth);
                default -> entry.skip();
            }
        }
        to.put(key, orNull(value));
    }

    private static Json orNull(@Nullable Json value) {
        return value == null ? Json.Null.NULL : value;
    }

    private static @Nullable Json value(SchemaType type, SchemaWire message, int depth) {
        return switch (type) {
            case Struct struct -> struct(struct, message.message(), depth + 1);
            case Text _ -> Json.of(message.text());
            case Scalar scalar -> scalar(scalar, message);
            case ListOf _, MapOf _ -> throw new JsonException("protobuf: list of lists");
            case CustomSchema _ -> throw new JsonException("protobuf: custom resources have no such form");
        };
    }

    private static @Nullable Json scalar(Scalar type, SchemaWire message) {
        return switch (type) {
            case STRING -> Json.of(message.text());
            case BOOL -> Json.of(message.varint() != 0);
            case INT32, INT64 -> Json.of(message.varint());
            case FLOAT64 -> Json.from(Double.longBitsToDouble(message.fixed64()));
            case BYTES -> Json.of(Base64.getEncoder().encodeToString(message.bytes()));
            case QUANTITY -> Json.of(firstText(message.message()));
            case INT_OR_STRING -> intOrString(message.message());
            case TIME, MICRO_TIME -> time(message.message());
            case DURATION, UNTYPED -> {
                message.skip();
                yield null;
            }
            case ANY -> raw(message.message());
        };
    }

    private static String firstText(SchemaWire message) {
        var text = "";
        while (message.next()) {
            if (message.field() == 1) text = message.text();
            else message.skip();
        }
        return text;
    }

    private static Json intOrString(SchemaWire message) {
        long form = 0;
        long number = 0;
        var text = "";
        while (message.next()) {
            switch (message.field()) {
                case 1 -> form = message.varint();
                case 2 -> number = message.varint();
                case 3 -> text = message.text();
                default -> message.skip();
            }
        }
        return form == 0 ? Json.of(number) : Json.of(text);
    }

    /** Nothing at all stands for no time. */
    private static @Nullable Json time(SchemaWire message) {
        if (!message.hasMore()) return null;
        long seconds = 0;
        long nanos = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> seconds = message.varint();
                case 2 -> nanos = message.varint();
                default -> message.skip();
            }
        }
        try {
            return Json.of(Instant.ofEpochSecond(seconds, nanos).toString());
        } catch (DateTimeException | ArithmeticException e) {
            throw new JsonException("protobuf: no time: " + seconds, e);
        }
    }

    private static @Nullable Json raw(SchemaWire message) {
        var text = firstText(message);
        return text.isEmpty() ? null : Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
