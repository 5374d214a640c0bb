package io.smarter.printers;

import io.smarter.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How {@code kubectl get} shows a type: its columns and each object's cells (meta/v1 Table). Immutable; those of rare
 * types are made when somebody looks at them.
 */
public final class Columns {
    /** Name and age. */
    public static final Columns PLAIN = new Columns(List.of(Column.NAME, Column.CREATED_AT));

    private final Supplier<Columns> source;
    private volatile List<Column> columns;

    Columns(List<Column> columns) {
        this.columns = List.copyOf(columns);
        this.source = () -> this;
    }

    private Columns(Supplier<Columns> source) {
        this.columns = List.of();
        this.source = source;
    }

    static Columns of(Column... columns) {
        return new Columns(List.of(columns));
    }

    /** Columns that are made at first sight; the source gives at least one. */
    public static Columns later(Supplier<Columns> source) {
        return new Columns(source);
    }

    /** These, for objects that are turned into another form before they are looked at. */
    public Columns after(UnaryOperator<Json.Obj> form) {
        return later(() ->
                new Columns(columns().stream().map(column -> column.after(form)).toList()));
    }

    List<Column> columns() {
        var known = columns;
        if (!known.isEmpty()) return known;
        known = source.get().columns();
        columns = known;
        return known;
    }

    /** Gives the value of one cell; a time is shown as age at {@code now}. */
    @FunctionalInterface
    interface Cell {
        Object of(Json.Obj object, Instant now);
    }

    /** @param priority 0 is always shown, 1 with {@code -o wide} */
    record Column(String name, String type, String format, int priority, Cell cell) {
        static final Column NAME =
                new Column("Name", "string", "name", 0, (object, _) -> object.textOrEmpty("metadata", "name"));
        static final Column AGE = new Column(
                "Age", "string", "", 0, (object, now) -> Ages.since(object.text("metadata", "creationTimestamp"), now));
        static final Column CREATED_AT = new Column(
                "Created At", "date", "", 0, (object, _) -> object.textOrEmpty("metadata", "creationTimestamp"));

        static Column text(String name, Cell cell) {
            return new Column(name, "string", "", 0, cell);
        }

        static Column number(String name, Cell cell) {
            return new Column(name, "integer", "", 0, cell);
        }

        static Column path(String name, String... path) {
            return text(name, (object, _) -> object.textOrEmpty(path));
        }

        static Column count(String name, String... path) {
            return number(name, (object, _) -> object.number(0, path));
        }

        /** This column as that of the object's name. */
        Column named() {
            return new Column(name, type, "name", priority, cell);
        }

        private Column after(UnaryOperator<Json.Obj> form) {
            return new Column(name, type, format, priority, (object, now) -> cell.of(form.apply(object), now));
        }

        /** This column for {@code -o wide} only. */
        Column wide() {
            return new Column(name, type, format, 1, cell);
        }
    }

    public Json.Arr definitions() {
        var definitions = new ArrayList<Json>();
        for (var column : columns())
            definitions.add(Json.obj(
                    "name", column.name,
                    "type", column.type,
                    "format", column.format,
                    "description", column.name,
                    "priority", column.priority));
        return new Json.Arr(definitions);
    }

    public Json.Arr cells(Json.Obj object, Instant now) {
        var cells = new ArrayList<Json>();
        for (var column : columns()) cells.add(Json.from(column.cell.of(object, now)));
        return new Json.Arr(cells);
    }
}
