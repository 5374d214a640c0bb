package io.smarter.auth;

import io.smarter.json.Json;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.types.ApiType;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Notes on secrets with tokens when those were last used, by the day, and heeds the note that one is not to be used any
 * more (Kubernetes "Legacy ServiceAccount token tracking"). Stateless.
 */
public final class AccountTokenUse {
    private static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    private static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";

    private AccountTokenUse() {}

    static boolean isInvalid(Json.Obj secret) {
        return !secret.textOrEmpty("metadata", "labels", INVALID_SINCE).isEmpty();
    }

    static String refusal(String namespace, String secret, String account) {
        return ("the token in secret %s/%s for service account %s/%s has been marked invalid. Use tokens from the "
                        + "TokenRequest API or manually created secret-based tokens, or remove the '%s' label from the "
                        + "secret to temporarily allow use of this token")
                .formatted(namespace, secret, namespace, account, INVALID_SINCE);
    }

    /** Notes a use; whoever writes to the secret at the same time is not disturbed: the next use will be noted. */
    static void note(Registry registry, Stored secret, ApiType type, Clock clock) {
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        var noted = secret.tree().textOrEmpty("metadata", "labels", LAST_USED);
        if (noted.equals(today.toString()) || noted.equals(today.plusDays(1).toString())) return;
        registry.replace(
                type, secret, secret.tree().withAt(Json.of(today.toString()), "metadata", "labels", LAST_USED));
    }

    /** Since when this server notes it. */
    public static Json.Obj since(Clock clock) {
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Json.obj("name", "kube-apiserver-legacy-service-account-token-tracking", "namespace", "kube-system"),
                "data",
                Json.obj(
                        "since",
                        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString()));
    }
}
