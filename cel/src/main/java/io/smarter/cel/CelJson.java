package io.smarter.cel;

import io.smarter.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns what expressions make into JSON. */
public final class CelJson {
    private CelJson() {}

    /** Throws {@link Cel.Failure} for what is no data. */
    public static Json of(CelRun run, Object value) {
        run.charge(1);
        return switch (value) {
            case Json.Null none -> none;
            case String text -> Json.of(text);
            case Boolean flag -> Json.of(flag.booleanValue());
            case Long number -> Json.of(number.longValue());
            case Double number -> new Json.Num(CelFunctions.text(run, number));
            case CelTokens.Unsigned number -> new Json.Num(Long.toUnsignedString(number.bits()));
            case CelTokens.Bytes bytes ->
                Json.of(Base64.getEncoder().encodeToString(bytes.latin().getBytes(StandardCharsets.ISO_8859_1)));
            case Instant _, Duration _ -> Json.of(CelFunctions.text(run, value));
            case CelRecord(var fields) -> object(run, fields);
            case Map<?, ?> map -> object(run, map);
            case List<?> list -> {
                var items = new ArrayList<Json>(list.size());
                for (var item : list) items.add(of(run, item));
                yield new Json.Arr(items);
            }
            default -> throw new Cel.Failure(-1, "no data: " + CelValues.typeName(value));
        };
    }

    private static Json.Obj object(CelRun run, Map<?, ?> members) {
        var object = new LinkedHashMap<String, Json>();
        for (var member : members.entrySet()) {
            if (!(member.getKey() instanceof String name))
                throw new Cel.Failure(-1, "the keys of an object are strings");
            object.put(name, of(run, member.getValue()));
        }
        return new Json.Obj(object);
    }
}
