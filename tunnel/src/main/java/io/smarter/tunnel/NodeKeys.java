package io.smarter.tunnel;

import io.smarter.json.Json;
import io.smarter.store.Store;
import java.security.PublicKey;
import java.util.Base64;

/**
 * For which key of each node the newest certificate was given, and for which the one before, since an answer may have been
 * lost. A copy of an older key is good for nothing once its certificate expired. Safe for use by many threads, and by
 * several servers on one store.
 */
final class NodeKeys {
    private static final String PREFIX = "/registry/smarter.io/nodekeys/";

    private final Store store;

    NodeKeys(Store store) {
        this.store = store;
    }

    /** Notes that a node joined, whatever was known of one of its name. */
    void joined(String node, PublicKey key) {
        write(node, Json.obj("newest", hash(key)));
    }

    /** Notes that a node has a certificate for a key, for which it asked with another. */
    void renewed(String node, PublicKey key, PublicKey asking) {
        write(node, Json.obj("newest", hash(key), "before", hash(asking)));
    }

    /** Whether a key is one of the last two; any is of a node that joined before this was noted. */
    boolean isNewest(String node, PublicKey key) {
        var entry = store.get(PREFIX + node);
        if (entry.isEmpty()) return true;
        var known = Json.parse(entry.get().value());
        var asked = hash(key);
        return asked.equals(known.text("newest")) || asked.equals(known.text("before"));
    }

    private void write(String node, Json.Obj keys) {
        Store.Outcome outcome;
        do {
            var there = store.get(PREFIX + node);
            outcome = there.isEmpty()
                    ? store.create(PREFIX + node, keys.bytes())
                    : store.update(PREFIX + node, keys.bytes(), there.get().revision());
        } while (!(outcome instanceof Store.Outcome.Written));
    }

    private static String hash(PublicKey key) {
        return Base64.getEncoder().withoutPadding().encodeToString(JoinTokens.sha256(key.getEncoded()));
    }
}
