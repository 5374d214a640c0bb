package io.smarter.storage;

import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of a list starts, as the text that clients hand back (Kubernetes API concepts, "Retrieving large
 * results sets in chunks").
 *
 * @param revision that all pages show; {@link #NOW} for whatever is there when it is asked for
 * @param after the last key, without its type's folder, that was shown
 */
public record Continuation(long revision, String after) {
    static final long NOW = -1;

    private static final int MAX_LENGTH = 2048;

    public String text() {
        var json = Json.obj("v", "meta.k8s.io/v1", "rv", revision, "start", after);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.bytes());
    }

    public static Continuation parse(String text) {
        if (text.length() > MAX_LENGTH) throw bad("it is longer than %d characters".formatted(MAX_LENGTH));
        try {
            var json = Json.parse(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
            long revision = json.number(0, "rv");
            if (revision <= 0 && revision != NOW || json.textOrEmpty("start").isEmpty()) throw bad("it is incomplete");
            return new Continuation(revision, json.textOrEmpty("start"));
        } catch (IllegalArgumentException | JsonException e) {
            throw Status.badRequest("continue key is not valid: it is not one of ours")
                    .error(e);
        }
    }

    private static StatusException bad(String why) {
        return Status.badRequest("continue key is not valid: " + why).error();
    }
}
