package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import io.smarter.schema.JsonPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The columns that a definition asks for ({@code additionalPrinterColumns}); age where it asks for none. */
public final class CustomColumns {
    private CustomColumns() {}

    public static Columns of(List<Json> wanted) {
        var columns = new ArrayList<Column>();
        columns.add(Column.NAME);
        for (var column : wanted) {
            var shown = column(column);
            if (shown != null) columns.add(shown);
        }
        if (wanted.isEmpty()) columns.add(new Column("Age", "date", "", 0, Column.AGE.cell()));
        return new Columns(columns);
    }

    private static @org.jspecify.annotations.Nullable Column column(Json column) {
        JsonPath path;
        try {
            path = JsonPath.parse(column.textOrEmpty("jsonPath"));
        } catch (IllegalArgumentException e) {
            return null; // refused when the definition was made
        }
        var type = column.textOrEmpty("type");
        return new Column(
                column.textOrEmpty("name"),
                type,
                column.textOrEmpty("format"),
                (int) column.number(0, "priority"),
                (object, now) -> cell(type, path.find(object), now));
    }

    private static Object cell(String type, List<Json> found, Instant now) {
        if (found.isEmpty()) return Json.Null.NULL;
        var first = found.getFirst();
        return switch (type) {
            case "integer" -> first instanceof Json.Num number ? Json.of(number.asLong()) : Json.Null.NULL;
            case "number" -> first instanceof Json.Num ? first : Json.Null.NULL;
            case "boolean" -> first instanceof Json.Bool ? first : Json.Null.NULL;
            case "date" -> first instanceof Json.Str(var time) ? Ages.since(time, now) : Json.Null.NULL;
            default -> {
                if (found.size() == 1 && first instanceof Json.Null) yield first;
                yield found.stream()
                        .map(value -> value instanceof Json.Str(var text) ? text : value.compact())
                        .reduce((left, right) -> left + "," + right)
                        .orElse("");
            }
        };
    }
}
