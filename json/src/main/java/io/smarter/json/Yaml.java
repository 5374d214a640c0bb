package io.smarter.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML as JSON values, with the words of kubectl ({@link YamlScalars}): what cannot be JSON, such as a mapping with a
 * list as key, is an error. Writes them so that readers of YAML 1.1 understand them too. Pure functions.
 */
public final class Yaml {
    private static final int MAX_ALIASES = 50;
    private static final String DUPLICATE = "found duplicate key ";

    private static final String TOO_DEEP = "nested deeper than " + JsonReader.MAX_DEPTH;

    /** How much longer a document may be, with what its aliases stand for, than its text. */
    private static final int MAX_GROWTH = 1 << 20;

    private Yaml() {}

    /** The one document in a text. */
    public static Json parse(byte[] utf8) {
        return only(parseAll(utf8));
    }

    /**
     * The one document in a text, whose mappings may have a key twice: then the last counts.
     *
     * @param duplicates is told of the first such key
     */
    public static Json parse(byte[] utf8, Consumer<String> duplicates) {
        try {
            return only(documents(utf8, false));
        } catch (DuplicateKeyException e) {
            duplicates.accept(twice(e));
            return only(parseAll(utf8, true));
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static String twice(DuplicateKeyException e) {
        int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
        return "line %d: key \"%s\" already set in map"
                .formatted(line, e.getProblem().replace(DUPLICATE, ""));
    }

    private static Json only(List<Json> documents) {
        if (documents.size() != 1) throw new JsonException("one YAML document expected, found " + documents.size());
        return documents.getFirst();
    }

    /** A value as a document. */
    public static String text(Json value) {
        return YamlWriter.text(value);
    }

    /** All documents in a text, empty ones left out. */
    public static List<Json> parseAll(byte[] utf8) {
        return parseAll(utf8, false);
    }

    private static List<Json> parseAll(byte[] utf8, boolean duplicates) {
        try {
            return documents(utf8, duplicates);
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static JsonException invalid(RuntimeException e) {
        return new JsonException("invalid YAML: " + e.getMessage(), e);
    }

    private static List<Json> documents(byte[] utf8, boolean duplicates) {
        var settings = LoadSettings.builder()
                .setSchema(new YamlScalars())
                .setAllowDuplicateKeys(duplicates)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(Math.max(1, utf8.length))
                .build();
        var documents = new ArrayList<Json>();
        long room = (long) utf8.length + MAX_GROWTH;
        try {
            for (var document : new Load(settings).loadAllFromString(new String(utf8, StandardCharsets.UTF_8))) {
                if (document == null) continue;
                room = room(document, room, 1);
                documents.add(Json.from(document));
            }
        } catch (StackOverflowError e) { // the parser counts no depth
            throw new JsonException("invalid YAML: " + TOO_DEEP, e);
        }
        return documents;
    }

    /** How much room is left after a value: each takes one, and as much as its text is long. */
    private static long room(@Nullable Object value, long before, int depth) {
        if (depth > JsonReader.MAX_DEPTH) throw new JsonException(TOO_DEEP);
        long left = before - 1;
        switch (value) {
            case String text -> left -= text.length();
            case Map<?, ?> map -> {
                for (var member : map.entrySet())
                    left = room(member.getValue(), room(member.getKey(), left, depth + 1), depth + 1);
            }
            case Iterable<?> items -> {
                for (var item : items) left = room(item, left, depth + 1);
            }
            case null, default -> {}
        }
        if (left < 0) throw new JsonException("its aliases make the document too long");
        return left;
    }
}
