package io.smarter.schema;

import io.smarter.json.Json;
import io.smarter.schema.SchemaType.ListOf;
import io.smarter.schema.SchemaType.MapOf;
import io.smarter.schema.SchemaType.Scalar;
import io.smarter.schema.SchemaType.Struct;
import io.smarter.schema.SchemaType.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of the Kubernetes API, read from {@code schema.txt} (see {@code schema/generator}). Loading only notes where
 * each type stands; a type's fields are parsed when somebody asks for them. Safe for use by many threads.
 */
public final class Schema {
    private static final List<String> FILES =
            List.of("schema.txt", "schema-admission.txt", "schema-extensions.txt", "schema-smarter.txt");

    /** Where a package's types are declared. */
    private record GoPackage(String alias, String openApi, String group, String version) {}

    private record Declaration(GoPackage in, String word, String name, String rest, int fieldsFrom) {}

    private final String text;
    private final Map<String, Declaration> declarations = new HashMap<>();
    private final Map<String, SchemaType> types = new HashMap<>();
    private final Map<String, SchemaKind> kinds = new LinkedHashMap<>();

    private Schema(String text) {
        this.text = text;
        GoPackage in = null;
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            char first = text.charAt(start);
            if (first != ' ' && first != '#') {
                var words = text.substring(start, end).split(" ", 3);
                if (words[0].equals("package")) in = packageOf(words[1], words[2].split(" "));
                else if (in != null) declare(in, words, end + 1);
            }
            start = end + 1;
        }
    }

    /** Reads the types that belong to this program. */
    public static Schema load() {
        var text = new StringBuilder();
        for (var file : FILES) {
            try (var in = Schema.class.getResourceAsStream(file)) {
                if (in == null) throw new IllegalStateException(file + ": not in this module");
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(file + ": cannot be read", e);
            }
        }
        return new Schema(text.toString());
    }

    /** All that the types were read from. */
    public String source() {
        return text;
    }

    /** A kind, or null when it is not one of ours; the group is empty for core. */
    public @Nullable SchemaKind kind(String group, String version, String kind) {
        return kinds.get(group + "/" + version + "/" + kind);
    }

    /** All kinds, lists and options included. */
    public Iterable<SchemaKind> kinds() {
        return Collections.unmodifiableCollection(kinds.values());
    }

    /** The type of every object's metadata. */
    public Struct objectMeta() {
        return (Struct) named("meta/v1.ObjectMeta");
    }

    /** Every struct there is, by its name with package, such as {@code core/v1.Container}. */
    List<Struct> structs() {
        var structs = new ArrayList<Struct>();
        for (var name : declarations.keySet()) {
            if (named(name) instanceof Struct struct) structs.add(struct);
        }
        return structs;
    }

    private static GoPackage packageOf(String alias, String[] rest) {
        return new GoPackage(alias, rest[0], rest[1].equals("-") ? "" : rest[1], rest[2]);
    }

    private void declare(GoPackage in, String[] words, int fieldsFrom) {
        var declaration = new Declaration(in, words[0], words[1], words.length > 2 ? words[2] : "", fieldsFrom);
        declarations.put(in.alias + "." + declaration.name, declaration);
        if (!declaration.word.equals("kind")) return;
        var type = named(in.alias + "." + declaration.name);
        kinds.put(
                in.group + "/" + in.version + "/" + declaration.name,
                new SchemaKind(in.group, in.version, declaration.name, type));
    }

    private synchronized SchemaType named(String fullName) {
        var known = types.get(fullName);
        if (known != null) return known;
        var declaration = declarations.get(fullName);
        if (declaration == null) throw new IllegalStateException("schema.txt: no type " + fullName);
        var type = make(declaration);
        types.put(fullName, type);
        return type;
    }

    private SchemaType make(Declaration of) {
        var goName = of.in.version + "." + of.name;
        return switch (of.word) {
            case "text" -> new Text(goName, values(of.rest));
            case "alias" -> renamed(type(of.in, of.rest), goName);
            default ->
                new Struct(
                        goName,
                        of.in.openApi + "." + of.name,
                        of.rest.equals("atomic"),
                        () -> fields(of.in, of.fieldsFrom));
        };
    }

    private static List<String> values(String words) {
        if (words.isEmpty()) return List.of();
        var values = new ArrayList<String>();
        for (var word : words.split(" ")) values.add(word.equals("\"\"") ? "" : word);
        return List.copyOf(values);
    }

    private static SchemaType renamed(SchemaType type, String goName) {
        return switch (type) {
            case ListOf list -> new ListOf(list.item(), goName);
            case MapOf map -> new MapOf(map.value(), goName);
            default -> type;
        };
    }

    private Map<String, SchemaField> fields(GoPackage in, int from) {
        var fields = new LinkedHashMap<String, SchemaField>();
        int start = from;
        while (start < text.length() && text.charAt(start) == ' ') {
            int end = text.indexOf('\n', start);
            var words = text.substring(start + 1, end).split(" ");
            fields.put(words[0], field(in, words));
            start = end + 1;
        }
        return Collections.unmodifiableMap(fields);
    }

    private SchemaField field(GoPackage in, String[] words) {
        var marks = List.of(words).subList(2, words.length);
        var list = value(marks, "list=");
        var fallback = value(marks, "default=");
        return new SchemaField(
                words[0],
                type(in, words[1]),
                value(marks, "#"),
                marks.contains("?"),
                marks.contains("*"),
                marks.contains("+"),
                listKind(list),
                list.startsWith("map:") ? listed(list.substring("map:".length())) : List.of(),
                marks.contains("atomic"),
                listed(value(marks, "patch=")),
                value(marks, "key="),
                fallback.isEmpty() ? null : Json.parse(fallback));
    }

    private static String value(List<String> marks, String start) {
        for (var mark : marks) if (mark.startsWith(start)) return mark.substring(start.length());
        return "";
    }

    private static List<String> listed(String words) {
        return words.isEmpty() ? List.of() : List.of(words.split(","));
    }

    private static SchemaField.ListKind listKind(String word) {
        if (word.startsWith("map:")) return SchemaField.ListKind.MAP;
        return word.equals("set") ? SchemaField.ListKind.SET : SchemaField.ListKind.ATOMIC;
    }

    private SchemaType type(GoPackage in, String word) {
        if (word.startsWith("[]")) return new ListOf(type(in, word.substring(2)), null);
        if (word.startsWith("map:")) return new MapOf(type(in, word.substring(4)), null);
        return switch (word) {
            case "string" -> Scalar.STRING;
            case "int32" -> Scalar.INT32;
            case "int64" -> Scalar.INT64;
            case "bool" -> Scalar.BOOL;
            case "float64" -> Scalar.FLOAT64;
            case "bytes" -> Scalar.BYTES;
            case "quantity" -> Scalar.QUANTITY;
            case "intorstring" -> Scalar.INT_OR_STRING;
            case "time" -> Scalar.TIME;
            case "microtime" -> Scalar.MICRO_TIME;
            case "duration" -> Scalar.DURATION;
            case "any" -> Scalar.ANY;
            default -> named(word.indexOf('.') < 0 ? in.alias + "." + word : word);
        };
    }
}
