package io.smarter.auth;

import io.smarter.api.Resource;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.pki.AccountKey;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of service accounts (Kubernetes "Service account token volume projection"): JSON web tokens that hold as long as
 * they say, and as the account and the object that they are bound to exist. Safe for use by many threads.
 */
public final class AccountTokens {
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    /** The annotation of a secret that names the account of its token. */
    public static final String NAME = "kubernetes.io/service-account.name";

    /** The annotation of a secret that says which account of that name. */
    static final String UID = "kubernetes.io/service-account.uid";

    private static final String SECRET_ISSUER = "kubernetes/serviceaccount";
    private static final String SECRET = "kubernetes.io/serviceaccount/";

    private static final String PRIVATE = "kubernetes.io";
    private static final String EXTRA = "authentication.kubernetes.io/";
    private static final int MAX_LENGTH = 16 << 10;
    private static final int REMEMBERED = 256;
    private static final Duration AFTER_DELETION = Duration.ofSeconds(60);

    private final Registry registry;
    private final Types types;
    private final AccountKey key;
    private final Clock clock;

    /** Whose signature was verified: that takes longer than the rest. */
    private final Map<String, Json.Obj> verified = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Json.Obj> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** What a token is worth. */
    public sealed interface Outcome {
        /** @param audiences those of the wanted ones that it is for */
        record Valid(User user, List<String> audiences) implements Outcome {}

        record Refused(String why) implements Outcome {}
    }

    public AccountTokens(Registry registry, Types types, AccountKey key, Clock clock) {
        this.registry = registry;
        this.types = types;
        this.key = key;
        this.clock = clock;
    }

    /** For whom a token is when nobody says. */
    public List<String> ownAudiences() {
        return List.of(ISSUER);
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * A new token.
     *
     * @param bound what else it is bound to: {@code pod}, {@code node} or {@code secret}, each with name and uid; and
     *     {@code warnafter}, when it should have been replaced
     */
    String issue(Json.Obj account, List<String> audiences, Instant expires, Json.Obj bound) {
        var metadata = account.object("metadata");
        var namespace = metadata.textOrEmpty("namespace");
        var name = metadata.textOrEmpty("name");
        long now = now().getEpochSecond();
        var own = Json.obj("namespace", namespace, "serviceaccount", reference(account));
        for (var member : bound.members().entrySet()) own = own.with(member.getKey(), member.getValue());
        return key.sign(Json.obj(
                "aud",
                audiences,
                "exp",
                expires.getEpochSecond(),
                "iat",
                now,
                "iss",
                ISSUER,
                "jti",
                UUID.randomUUID().toString(),
                PRIVATE,
                own,
                "nbf",
                now,
                "sub",
                User.account(namespace, name)));
    }

    /** The name of the account that a secret's token is for. */
    static String accountName(Json.Obj secret) {
        return secret.textOrEmpty("metadata", "annotations", NAME);
    }

    /** The token that a secret keeps, which holds as long as the secret does. */
    String issueFor(Json.Obj account, Json.Obj secret) {
        var namespace = account.textOrEmpty("metadata", "namespace");
        var name = account.textOrEmpty("metadata", "name");
        return key.sign(Json.obj(
                "iss",
                SECRET_ISSUER,
                SECRET + "namespace",
                namespace,
                SECRET + "secret.name",
                secret.textOrEmpty("metadata", "name"),
                SECRET + "service-account.name",
                name,
                SECRET + "service-account.uid",
                account.textOrEmpty("metadata", "uid"),
                "sub",
                User.account(namespace, name)));
    }

    /** Whether a secret's token is the one that it keeps now, for us and for an account that is still there. */
    private Outcome validateOfSecret(String token, Json.Obj claims, List<String> wanted) {
        if (Collections.disjoint(wanted, ownAudiences())) return new Outcome.Refused("token is not for this audience");
        var namespace = claims.textOrEmpty(SECRET + "namespace");
        var account = Json.obj(
                "name", claims.textOrEmpty(SECRET + "service-account.name"),
                "uid", claims.textOrEmpty(SECRET + "service-account.uid"));
        var name = claims.textOrEmpty(SECRET + "secret.name");
        var type = types.of(Resource.SECRETS);
        var secret = registry.find(type, namespace, name).orElse(null);
        var kept = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
        if (secret == null || !secret.tree().textOrEmpty("data", "token").equals(kept))
            return new Outcome.Refused("token has been invalidated");
        if (!exists(Types.SERVICE_ACCOUNTS, namespace, account))
            return new Outcome.Refused(
                    "service account %s/%s has been deleted".formatted(namespace, account.textOrEmpty("name")));
        if (AccountTokenUse.isInvalid(secret.tree()))
            return new Outcome.Refused(AccountTokenUse.refusal(namespace, name, account.textOrEmpty("name")));
        AccountTokenUse.note(registry, secret, type, clock);
        var user = new User(
                claims.textOrEmpty("sub"), account.textOrEmpty("uid"), User.accountGroups(namespace), Map.of());
        return new Outcome.Valid(user, ownAudiences());
    }

    /** An object as a token names it. */
    static Json.Obj reference(Json.Obj object) {
        return Json.obj("name", object.textOrEmpty("metadata", "name"), "uid", object.textOrEmpty("metadata", "uid"));
    }

    public Outcome validate(String token, List<String> wanted) {
        var claims = token.length() > MAX_LENGTH ? null : claims(token);
        if (claims != null && claims.textOrEmpty("iss").equals(SECRET_ISSUER))
            return validateOfSecret(token, claims, wanted);
        if (claims == null || !claims.textOrEmpty("iss").equals(ISSUER))
            return new Outcome.Refused("token was not issued here");
        long now = now().getEpochSecond();
        if (claims.number(0, "exp") <= now) return new Outcome.Refused("service account token has expired");
        if (claims.number(0, "nbf") > now) return new Outcome.Refused("service account token is not valid yet");
        var audiences = new ArrayList<String>();
        for (var audience : claims.items("aud"))
            if (audience instanceof Json.Str(var text) && wanted.contains(text)) audiences.add(text);
        if (audiences.isEmpty())
            return new Outcome.Refused("token audiences %s is invalid for the target audiences %s"
                    .formatted(new Json.Arr(claims.items("aud")).compact(), RbacRule.quoted(wanted)));
        var gone = gone(claims.object(PRIVATE));
        return gone != null ? new Outcome.Refused(gone) : new Outcome.Valid(user(claims), List.copyOf(audiences));
    }

    private Json.@Nullable Obj claims(String token) {
        var known = verified.get(token);
        if (known != null) return known;
        var claims = key.claims(token);
        if (claims != null) verified.put(token, claims);
        return claims;
    }

    /** What of the things that a token is bound to is no longer there; null when all are. */
    private @Nullable String gone(Json.Obj own) {
        var namespace = own.textOrEmpty("namespace");
        if (!exists(Types.SERVICE_ACCOUNTS, namespace, own.object("serviceaccount")))
            return "service account %s/%s has been deleted"
                    .formatted(namespace, own.textOrEmpty("serviceaccount", "name"));
        if (own.has("pod") && !exists(Resource.PODS, namespace, own.object("pod")))
            return "pod %s/%s has been deleted".formatted(namespace, own.textOrEmpty("pod", "name"));
        if (own.has("secret") && !exists(Resource.SECRETS, namespace, own.object("secret")))
            return "secret %s/%s has been deleted".formatted(namespace, own.textOrEmpty("secret", "name"));
        boolean ofNode = own.has("node") && !own.has("pod");
        if (ofNode && !exists(Resource.NODES, "", own.object("node")))
            return "node %s has been deleted".formatted(own.textOrEmpty("node", "name"));
        return null;
    }

    /** Whether the very same object is there, and not about to go since a while. */
    private boolean exists(Resource resource, String namespace, Json.Obj reference) {
        var found = find(resource, namespace, reference.textOrEmpty("name"));
        if (found == null || !found.textOrEmpty("metadata", "uid").equals(reference.textOrEmpty("uid"))) return false;
        var ending = found.text("metadata", "deletionTimestamp");
        try {
            return ending == null || now().isBefore(Instant.parse(ending).plus(AFTER_DELETION));
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** An object, or null when there is none. */
    Json.@Nullable Obj find(Resource resource, String namespace, String name) {
        var type = types.find(resource.group(), resource.version(), resource.plural());
        return type == null || name.isEmpty()
                ? null
                : registry.find(type, namespace, name).map(Stored::tree).orElse(null);
    }

    private static User user(Json.Obj claims) {
        var own = claims.object(PRIVATE);
        var extra = new LinkedHashMap<String, List<String>>();
        var id = claims.textOrEmpty("jti");
        if (!id.isEmpty()) extra.put(EXTRA + "credential-id", List.of("JTI=" + id));
        for (var of : List.of("node", "pod")) {
            if (!own.has(of)) continue;
            extra.put(EXTRA + of + "-name", List.of(own.textOrEmpty(of, "name")));
            var uid = own.textOrEmpty(of, "uid");
            if (!uid.isEmpty()) extra.put(EXTRA + of + "-uid", List.of(uid));
        }
        return new User(
                claims.textOrEmpty("sub"),
                own.textOrEmpty("serviceaccount", "uid"),
                User.accountGroups(own.textOrEmpty("namespace")),
                extra);
    }
}
