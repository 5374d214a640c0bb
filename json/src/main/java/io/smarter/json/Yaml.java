package io.smarter.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.constructor.core.ConstructYamlCoreInt;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (core schema) as JSON values, but {@code 0400} as kubectl does, in octal: modes of files are written so.
 * What cannot be JSON, such as a mapping with a list as key, is an error.
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
                .setSchema(new Schema())
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

    /** A number that begins with a zero is octal, as in YAML 1.1. */
    private static final class Schema extends CoreSchema {
        @Override
        public Map<Tag, ConstructNode> getSchemaTagConstructors() {
            var constructs = new HashMap<>(super.getSchemaTagConstructors());
            constructs.put(Tag.INT, new Int());
            return constructs;
        }
    }

    private static final class Int extends ConstructYamlCoreInt {
        private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7]+");

        @Override
        public Object createIntNumber(String text) {
            return OCTAL.matcher(text).matches() ? createLongOrBigInteger(text, 8) : super.createIntNumber(text);
        }
    }
}
