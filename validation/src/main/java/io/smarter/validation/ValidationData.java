package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with config maps and secrets. */
final class ValidationData {
    private static final String ACCOUNT = "kubernetes.io/service-account.name";
    static final int MAX_SIZE = 1 << 20;

    private static final int MAX_KEY = 253;
    private static final String KEY_RULE =
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',"
                    + "  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    private static final Map<String, List<String>> NEEDED = Map.of(
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"));

    private ValidationData() {}

    static void configMap(ValidationReport report, Json.Obj object) {
        long size = keys(report, object, "data", false) + keys(report, object, "binaryData", true);
        for (var key : object.object("data").members().keySet()) {
            if (object.object("binaryData").has(key))
                report.invalid("data[" + key + "]", key, "duplicate of key present in binaryData");
        }
        if (size > MAX_SIZE) report.tooLong("data", MAX_SIZE);
    }

    static void secret(ValidationReport report, Json.Obj object) {
        if (keys(report, object, "data", true) > MAX_SIZE) report.tooLong("data", MAX_SIZE);
        if (object.textOrEmpty("type").equals("kubernetes.io/service-account-token")
                && object.textOrEmpty("metadata", "annotations", ACCOUNT).isEmpty())
            report.required("metadata.annotations[" + ACCOUNT + "]", "");
        for (var key : NEEDED.getOrDefault(object.textOrEmpty("type"), List.of())) {
            if (!object.object("data").has(key)) report.required("data[" + key + "]", "");
        }
    }

    private static long keys(ValidationReport report, Json.Obj object, String member, boolean encoded) {
        long size = 0;
        for (var entry : object.texts(member).entrySet()) {
            var key = entry.getKey();
            key(report, member + "[" + key + "]", key);
            size += encoded ? decodedLength(entry.getValue()) : utf8Length(entry.getValue());
        }
        return size;
    }

    static void key(ValidationReport report, String field, String key) {
        var problem = key(key);
        if (problem != null) report.invalid(field, key, problem);
    }

    private static @Nullable String key(String key) {
        if (key.length() > MAX_KEY) return "must be no more than " + MAX_KEY + " characters";
        if (key.equals(".")) return "must not be '.'";
        if (key.equals("..")) return "must not be '..'";
        if (key.startsWith("..")) return "must not start with '..'";
        boolean good = !key.isEmpty();
        for (int i = 0; good && i < key.length(); i++) good = isOfKeys(key.charAt(i));
        return good ? null : KEY_RULE;
    }

    private static boolean isOfKeys(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.';
    }

    private static long decodedLength(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
