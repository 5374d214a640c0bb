package io.smarter.devices;

import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import io.smarter.devices.Found.Usb;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was found below {@code /dev}, as JSON: a list of objects with the members of {@link Found}. Pure functions. */
final class FoundJson {
    private static final int MOST = 20_000;
    private static final int LONGEST = 4096;
    private static final Set<String> MEMBERS = Set.of(
            "path", "kind", "major", "minor", "sysfs", "subsystem", "drivers", "usb", "links", "udev", "numaNode");

    private FoundJson() {}

    static Json.Arr write(List<Found> found) {
        return Json.arr(found.stream()
                .sorted(Comparator.comparing(Found::path, NaturalOrder.INSTANCE))
                .map(FoundJson::write)
                .toList());
    }

    private static Json.Obj write(Found one) {
        var number = one.number();
        var usb = one.usb();
        return Json.obj(
                "path", one.path(),
                "kind", one.kind().name().toLowerCase(Locale.ROOT),
                "major", number == null ? null : number.major(),
                "minor", number == null ? null : number.minor(),
                "sysfs", unlessEmpty(one.sysfs()),
                "subsystem", unlessEmpty(one.subsystem()),
                "drivers", one.drivers().isEmpty() ? null : one.drivers(),
                "usb", usb == null ? null : write(usb),
                "links", one.links().isEmpty() ? null : new TreeSet<>(one.links()),
                "udev", one.udev().isEmpty() ? null : new TreeMap<>(one.udev()),
                "numaNode", one.numaNode() < 0 ? null : one.numaNode());
    }

    private static Json.Obj write(Usb usb) {
        return Json.obj(
                "vendor", usb.vendor(),
                "product", usb.product(),
                "serial", unlessEmpty(usb.serial()),
                "port", usb.port());
    }

    private static @Nullable String unlessEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    // ---- reading

    /** @throws IllegalArgumentException naming the entry, counted from 1, the rule and the value */
    static List<Found> read(Json json) {
        if (!(json instanceof Json.Arr(var items)))
            throw new IllegalArgumentException("what is found must be a list of objects");
        if (items.size() > MOST)
            throw new IllegalArgumentException(
                    "what is found must have at most %d entries, was %d".formatted(MOST, items.size()));
        var found = new ArrayList<Found>();
        for (var item : items) {
            try {
                found.add(one(item));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("entry %d: %s".formatted(found.size() + 1, e.getMessage()), e);
            }
        }
        return found;
    }

    private static Found one(Json json) {
        if (!(json instanceof Json.Obj object)) throw new IllegalArgumentException("must be an object");
        for (var name : object.members().keySet())
            if (!MEMBERS.contains(name))
                throw new IllegalArgumentException(
                        "%s: unknown member; there are %s".formatted(Problems.shown(name), new TreeSet<>(MEMBERS)));
        return new Found(
                path(json),
                kind(json),
                number(json),
                text(json, "sysfs"),
                text(json, "subsystem"),
                texts(json, "drivers"),
                usb(json.at("usb")),
                Set.copyOf(texts(json, "links")),
                properties(json.at("udev")),
                json.at("numaNode") == null ? -1 : number(json, "numaNode", 0, 1 << 20));
    }

    private static String path(Json json) {
        var path = text(json, "path");
        if (path.isEmpty() || path.startsWith("/") || path.chars().anyMatch(Character::isISOControl))
            throw wrong("path", "a path below /dev, such as ttyUSB0", path);
        return path;
    }

    private static Kind kind(Json json) {
        var text = text(json, "kind");
        for (var kind : Kind.values()) if (kind.name().toLowerCase(Locale.ROOT).equals(text)) return kind;
        throw wrong("kind", "character, block, folder, link or gpu", text);
    }

    private static @Nullable DeviceNumber number(Json json) {
        if (json.at("major") == null && json.at("minor") == null) return null;
        return new DeviceNumber(
                number(json, "major", 0, Integer.MAX_VALUE), number(json, "minor", 0, Integer.MAX_VALUE));
    }

    private static int number(Json json, String name, int least, int most) {
        long value = json.number(-1, name);
        if (value < least || value > most)
            throw wrong(name, "a whole number from %d to %d".formatted(least, most), shown(json.at(name)));
        return (int) value;
    }

    private static @Nullable Usb usb(@Nullable Json json) {
        if (json == null) return null;
        if (!(json instanceof Json.Obj)) throw wrong("usb", "an object", shown(json));
        return new Usb(text(json, "vendor"), text(json, "product"), text(json, "serial"), text(json, "port"));
    }

    private static Map<String, String> properties(@Nullable Json json) {
        if (json == null) return Map.of();
        if (!(json instanceof Json.Obj object)) throw wrong("udev", "an object", shown(json));
        var properties = new TreeMap<String, String>();
        for (var name : object.members().keySet()) properties.put(name, text(json, name));
        return properties;
    }

    private static List<String> texts(Json json, String name) {
        var list = json.at(name);
        if (list == null) return List.of();
        if (!(list instanceof Json.Arr(var items))) throw wrong(name, "a list of texts", shown(list));
        return items.stream().map(item -> text(name, item)).toList();
    }

    /** Empty when it is not there. */
    private static String text(Json json, String name) {
        var value = json.at(name);
        return value == null ? "" : text(name, value);
    }

    private static String text(String name, Json value) {
        if (value instanceof Json.Str(var text) && text.length() <= LONGEST) return text;
        throw wrong(name, "a text of at most %d characters".formatted(LONGEST), shown(value));
    }

    private static String shown(@Nullable Json value) {
        return value == null ? "missing" : value.compact();
    }

    private static IllegalArgumentException wrong(String name, String rule, String value) {
        return new IllegalArgumentException("%s: must be %s, was %s".formatted(name, rule, Problems.shown(value)));
    }
}
