package io.smarter.gateway;

import io.smarter.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** The entries of a ConfigMap or Secret. */
final class ConfigData {
    private ConfigData() {}

    /** Keys and their content; what is not valid Base64 where it should be is left out. */
    static Map<String, byte[]> entries(String kind, Json.Obj object) {
        var entries = new TreeMap<String, byte[]>();
        if (kind.equals("Secret")) {
            object.texts("data").forEach((key, value) -> decode(entries, key, value));
        } else {
            object.texts("data").forEach((key, value) -> entries.put(key, value.getBytes(StandardCharsets.UTF_8)));
            object.texts("binaryData").forEach((key, value) -> decode(entries, key, value));
        }
        return entries;
    }

    /** Keys and their content as text, as variables have it. */
    static Map<String, String> texts(String kind, Json.Obj object) {
        var texts = new TreeMap<String, String>();
        entries(kind, object).forEach((key, value) -> texts.put(key, new String(value, StandardCharsets.UTF_8)));
        if (!kind.equals("Secret")) object.texts("binaryData").keySet().forEach(texts::remove);
        return texts;
    }

    private static void decode(Map<String, byte[]> entries, String key, String base64) {
        try {
            entries.put(key, Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            entries.remove(key);
        }
    }
}
