package io.smarter.tunnel;

import io.smarter.json.Json;
import io.smarter.requests.RefusedException;
import io.smarter.store.CompactedException;
import io.smarter.store.Entry;
import io.smarter.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * One-use tokens with which a gateway gets its first certificate. A token is bound to one node name; it may be repeated
 * with the same public key until it expires, since the first answer may have been lost. The store holds a hash of the
 * secret, never the secret. Safe for use by many threads, and by several servers on one store.
 *
 * <p>Text of a token: {@code smt1.<id>.<secret>.<SHA-256 of the authority's public key>}, the last two in base64url.
 */
final class JoinTokens {
    static final Duration LONGEST = Duration.ofDays(30);

    private static final String PREFIX = "/registry/smarter.io/jointokens/";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 8;
    private static final int MAX_TOKEN = 200;
    private static final Duration KEEP_EXPIRED = Duration.ofDays(1);

    private final Store store;
    private final String pin;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** A token that was just made; its text is known to nobody else. */
    record Issued(String text, Instant expires) {}

    /** @param authorityKeyHash SHA-256 of the authority's SubjectPublicKeyInfo, by which a gateway knows us */
    JoinTokens(Store store, byte[] authorityKeyHash, Clock clock) {
        this.store = store;
        this.pin = base64(authorityKeyHash);
        this.clock = clock;
    }

    Issued create(String node, Duration life) {
        forgetExpired();
        var secret = new byte[32];
        random.nextBytes(secret);
        var expires = clock.instant().plus(life).truncatedTo(ChronoUnit.SECONDS);
        var record = Json.obj("node", node, "secretSha256", base64(sha256(secret)), "expires", expires.toString());
        String id;
        do {
            id = randomId();
        } while (!(store.create(PREFIX + id, record.bytes()) instanceof Store.Outcome.Written));
        return new Issued("smt1." + id + "." + base64(secret) + "." + pin, expires);
    }

    /**
     * Uses a token up for one key.
     *
     * @param keyHash SHA-256 of the SubjectPublicKeyInfo of the gateway's new key
     * @throws RefusedException 401 with what is wrong with the token
     */
    void consume(String token, String node, byte[] keyHash) throws RefusedException {
        var parts = token.split("\\.", -1);
        if (token.length() > MAX_TOKEN || parts.length != 4 || !parts[0].equals("smt1") || !isId(parts[1]))
            throw new RefusedException(401, "join token is malformed, a token is smt1.ID.SECRET.PIN");
        while (true) {
            var entry = store.get(PREFIX + parts[1]).orElseThrow(JoinTokens::unknown);
            var record = (Json.Obj) Json.parse(entry.value());
            check(record, node, parts[2], keyHash);
            if (record.has("usedBy")) return;
            var used = record.with("usedBy", Json.of(base64(keyHash)));
            if (store.update(entry.key(), used.bytes(), entry.revision()) instanceof Store.Outcome.Written) return;
        }
    }

    private void check(Json.Obj record, String node, String secret, byte[] keyHash) throws RefusedException {
        if (!MessageDigest.isEqual(sha256(decode(secret)), decode(record.textOrEmpty("secretSha256")))) throw unknown();
        var expires = Instant.parse(record.textOrEmpty("expires"));
        if (!clock.instant().isBefore(expires)) throw new RefusedException(401, "join token expired at " + expires);
        if (!record.textOrEmpty("node").equals(node))
            throw new RefusedException(401, "join token is for another node, not for " + node);
        var usedBy = record.text("usedBy");
        if (usedBy != null && !MessageDigest.isEqual(decode(usedBy), keyHash))
            throw new RefusedException(401, "join token was already used, with another key");
    }

    private static RefusedException unknown() {
        return new RefusedException(401, "join token is unknown");
    }

    private void forgetExpired() {
        try {
            for (var entry : store.list(PREFIX, null, 0, 0).entries()) {
                if (isStale(entry)) store.delete(entry.key(), entry.revision());
            }
        } catch (CompactedException e) {
            throw new IllegalStateException("the present was compacted", e);
        }
    }

    private boolean isStale(Entry entry) {
        var expires = Instant.parse(Json.parse(entry.value()).textOrEmpty("expires"));
        return expires.plus(KEEP_EXPIRED).isBefore(clock.instant());
    }

    private String randomId() {
        var id = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        return id.toString();
    }

    private static boolean isId(String text) {
        return text.length() == ID_LENGTH && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
