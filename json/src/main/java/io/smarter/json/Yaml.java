package io.smarter.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (core schema) as JSON values: what cannot be JSON, such as a mapping with a list as key, is an error.
 * Writes them so that readers of YAML 1.1 understand them too. Pure functions.
 */
public final class Yaml {
    private static final int MAX_ALIASES = 50;

    private Yaml() {}

    /** The one document in a text. */
    public static Json parse(byte[] utf8) {
        var documents = parseAll(utf8);
        if (documents.size() != 1) throw new JsonException("one YAML document expected, found " + documents.size());
        return documents.getFirst();
    }

    /** A value as a document. */
    public static String text(Json value) {
        return YamlWriter.text(value);
    }

    /** All documents in a text, empty ones left out. */
    public static List<Json> parseAll(byte[] utf8) {
        var settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(Math.max(1, utf8.length))
                .build();
        var documents = new ArrayList<Json>();
        try {
            for (var document : new Load(settings).loadAllFromString(new String(utf8, StandardCharsets.UTF_8))) {
                if (document != null) documents.add(Json.from(document));
            }
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw new JsonException("invalid YAML: " + e.getMessage(), e);
        }
        return documents;
    }
}
