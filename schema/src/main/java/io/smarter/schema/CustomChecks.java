package io.smarter.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.smarter.cel.Regex;
import io.smarter.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a schema allows at one place (JSON Schema as OpenAPI 3.0 has it), parsed once. Immutable.
 *
 * @param raw the node itself, for the restrictions that are looked up as they are
 * @param enumerated null when every value is allowed
 * @param pattern null when there is none, or none that can be compiled; matched in time linear to the text
 */
record CustomChecks(
        Json.Obj raw,
        @Nullable Set<Json> enumerated,
        @Nullable Pattern pattern,
        Set<String> required,
        Map<String, CustomChecks> properties,
        @Nullable CustomChecks additional,
        boolean closed,
        @Nullable CustomChecks items,
        List<CustomChecks> allOf,
        List<CustomChecks> anyOf,
        List<CustomChecks> oneOf,
        @Nullable CustomChecks not) {

    static final CustomChecks NONE = of(Json.Obj.EMPTY);

    static CustomChecks of(Json.Obj raw) {
        var properties = new LinkedHashMap<String, CustomChecks>();
        raw.object("properties").members().forEach((name, value) -> {
            if (value instanceof Json.Obj node) properties.put(name, of(node));
        });
        var required = new HashSet<String>();
        if (raw.flag("x-kubernetes-embedded-resource")) required.addAll(List.of("apiVersion", "kind"));
        for (var name : raw.items("required")) if (name instanceof Json.Str(var text)) required.add(text);
        return new CustomChecks(
                raw,
                raw.get("enum") instanceof Json.Arr(var values) ? new HashSet<>(values) : null,
                compiled(raw.textOrEmpty("pattern")),
                required,
                Collections.unmodifiableMap(properties),
                one(raw, "additionalProperties"),
                raw.get("additionalProperties") instanceof Json.Bool(var any) && !any,
                one(raw, "items"),
                several(raw, "allOf"),
                several(raw, "anyOf"),
                several(raw, "oneOf"),
                one(raw, "not"));
    }

    private static @Nullable CustomChecks one(Json.Obj raw, String member) {
        return raw.get(member) instanceof Json.Obj node ? of(node) : null;
    }

    private static List<CustomChecks> several(Json.Obj raw, String member) {
        var all = new ArrayList<CustomChecks>();
        for (var item : raw.items(member)) if (item instanceof Json.Obj node) all.add(of(node));
        return all;
    }

    private static @Nullable Pattern compiled(String pattern) {
        if (pattern.isEmpty()) return null;
        try {
            return Regex.of(pattern).pattern();
        } catch (PatternSyntaxException e) {
            return null; // refused when the definition was made
        }
    }

    /** A number that restricts values, or null. */
    @Nullable
    BigDecimal bound(String name) {
        return raw.get(name) instanceof Json.Num number ? number(number) : null;
    }

    /** A count that restricts sizes, or the fallback. */
    long count(String name, long fallback) {
        return raw.number(fallback, name);
    }

    /** The number exactly; null when it is longer than numbers are. */
    static @Nullable BigDecimal number(Json.Num number) {
        var exact = SchemaValues.number(number.literal());
        return exact == null || Math.abs((long) exact.scale()) > 1024 ? null : exact;
    }
}
