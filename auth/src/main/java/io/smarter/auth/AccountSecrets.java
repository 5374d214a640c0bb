package io.smarter.auth;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.json.Json;
import io.smarter.storage.Change;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Fills secrets of the type {@code kubernetes.io/service-account-token} (Kubernetes "Manually create a long-lived API
 * token"), and removes those whose account has gone.
 */
public final class AccountSecrets implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.auth");
    private static final String TYPE = "kubernetes.io/service-account-token";

    private final Registry registry;
    private final ApiType secrets;
    private final AccountTokens tokens;
    private final String authority;
    private final LinkedBlockingQueue<Json.Obj> changed = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofVirtual().name("account secrets").unstarted(this::run);

    /** @param authority the certificate of the API server's authority in PEM */
    public AccountSecrets(Registry registry, ApiType secrets, AccountTokens tokens, String authority) {
        this.registry = registry;
        this.secrets = secrets;
        this.tokens = tokens;
        this.authority = authority;
    }

    public void start() {
        thread.start();
    }

    /** A secret has changed. */
    public void secret(Change change) {
        var now = change.now();
        if (now != null && isTokens(now.tree()) && !now.tree().object("data").has("token")) changed.add(now.tree());
    }

    /** An account has changed: what is left of one that has gone is told to go. */
    public void account(Change change) {
        var before = change.before();
        if (change.now() == null && before != null) changed.add(before.tree());
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private static boolean isTokens(Json.Obj secret) {
        return secret.textOrEmpty("type").equals(TYPE);
    }

    private void run() {
        try {
            while (true) {
                var object = changed.take();
                try {
                    if (isTokens(object)) fill(object);
                    else forget(object);
                } catch (RuntimeException | CompactedException e) {
                    if (thread.isInterrupted()) return;
                    LOG.log(WARNING, "secrets of a service account not written", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fill(Json.Obj told) {
        var namespace = told.textOrEmpty("metadata", "namespace");
        var found = registry.find(secrets, namespace, told.textOrEmpty("metadata", "name"));
        if (found.isEmpty() || !isTokens(found.get().tree())) return;
        var secret = found.get().tree();
        if (secret.object("data").has("token")) return;
        var account = tokens.find(Types.SERVICE_ACCOUNTS, namespace, AccountTokens.accountName(secret));
        var wanted = secret.textOrEmpty("metadata", "annotations", AccountTokens.UID);
        if (account == null || !wanted.isEmpty() && !wanted.equals(account.textOrEmpty("metadata", "uid"))) {
            registry.remove(secrets, found.get());
            return;
        }
        var data = secret.object("data")
                .with("ca.crt", encoded(authority))
                .with("namespace", encoded(namespace))
                .with("token", encoded(tokens.issueFor(account, secret)));
        // whoever writes at the same time makes a change that leads here again
        registry.replace(
                secrets,
                found.get(),
                secret.with("data", data)
                        .withAt(
                                Json.of(account.textOrEmpty("metadata", "uid")),
                                "metadata",
                                "annotations",
                                AccountTokens.UID));
    }

    private void forget(Json.Obj account) throws CompactedException {
        var namespace = account.textOrEmpty("metadata", "namespace");
        var uid = account.textOrEmpty("metadata", "uid");
        for (var entry :
                registry.store().list(secrets.keys(namespace), null, 0, 0).entries()) {
            var secret = new Stored(secrets, entry);
            if (isTokens(secret.tree())
                    && secret.tree()
                            .textOrEmpty("metadata", "annotations", AccountTokens.UID)
                            .equals(uid)) registry.remove(secrets, secret);
        }
    }

    private static Json encoded(String text) {
        return Json.of(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }
}
