package io.smarter.auth;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.ObjectMeta;
import io.smarter.api.User;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.pki.Pki;
import io.smarter.pki.PkiRequest;
import io.smarter.requests.RequestPath;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.Change;
import io.smarter.storage.Registry;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import io.smarter.types.CertificateStrategy;
import io.smarter.types.Types;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Signs the certificate requests that are approved, approves those that nodes make for themselves, and forgets old ones, as
 * Kubernetes' controllers do. It is told of every change, and looks at all from time to time only for what is over.
 */
public final class CertificateSigner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.auth");
    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration SWEEP_EVERY = Duration.ofHours(1);
    private static final Duration DECIDED_KEPT = Duration.ofHours(1);
    private static final Duration PENDING_KEPT = Duration.ofHours(24);
    private static final int CAPACITY = 10_000;

    private final Registry registry;
    private final ApiType type;
    private final Pki pki;
    private final Clock clock;
    private final LinkedBlockingQueue<String> names = new LinkedBlockingQueue<>(CAPACITY);
    private volatile @Nullable Thread thread;

    public CertificateSigner(Registry registry, ApiType type, Pki pki, Clock clock) {
        this.registry = registry;
        this.type = type;
        this.pki = pki;
        this.clock = clock;
    }

    /** @param authorization says which nodes get what they ask for */
    public void start(Authorization authorization) {
        thread = Thread.ofVirtual().name("certificate-signer").start(() -> run(authorization));
    }

    @Override
    public void close() {
        var running = thread;
        if (running != null) running.interrupt();
    }

    /** Never blocks: what does not fit is found by the next sweep. */
    public void changed(Change change) {
        var now = change.now();
        if (now != null && !names.offer(now.tree().textOrEmpty("metadata", "name")))
            LOG.log(WARNING, "more certificate requests than can be looked at");
    }

    private void run(Authorization authorization) {
        try {
            sweep(authorization);
            while (true) {
                var name = names.poll(SWEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (name == null) sweep(authorization);
                else attempt(name, authorization);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep(Authorization authorization) {
        try {
            for (var entry : registry.store().list(type.folder(), null, 0, 0).entries()) {
                var stored = new Stored(type, entry);
                if (isOver(stored.tree(), clock.instant())) registry.remove(type, stored);
                else attempt(stored.tree().textOrEmpty("metadata", "name"), authorization);
            }
        } catch (CompactedException | RuntimeException e) {
            LOG.log(WARNING, "sweeping certificate requests failed", e);
        }
    }

    private void attempt(String name, Authorization authorization) {
        try {
            var found = registry.find(type, "", name);
            if (found.isEmpty()) return;
            var next = next(found.get().tree(), authorization);
            if (!SchemaValues.same(next, found.get().tree())) registry.replace(type, found.get(), next);
        } catch (RuntimeException e) {
            LOG.log(WARNING, "certificate request failed {name=%s}".formatted(name), e);
        }
    }

    /** The request as it is after what is to be done about it now. */
    private Json.Obj next(Json.Obj request, Authorization authorization) {
        var signer = request.textOrEmpty("spec", "signerName");
        boolean done = !request.textOrEmpty("status", "certificate").isEmpty()
                || CertificateStrategy.is(request, CertificateStrategy.DENIED)
                || CertificateStrategy.is(request, CertificateStrategy.FAILED);
        if (done || !CertificateRules.knows(signer)) return request;
        try {
            var parsed = PkiRequest.ofBase64(request.textOrEmpty("spec", "request"));
            var usages = texts(request.items("spec", "usages"));
            var problem = CertificateRules.problem(signer, parsed, usages);
            if (CertificateStrategy.is(request, CertificateStrategy.APPROVED))
                return problem.isEmpty() ? signed(request, parsed, usages) : failed(request, problem);
            boolean own = problem.isEmpty() && signer.equals(CertificateRules.KUBELET_CLIENT);
            return own ? approved(request, parsed, authorization) : request;
        } catch (PkiRequest.BadRequestException e) {
            return failed(request, String.valueOf(e.getMessage()));
        }
    }

    private Json.Obj signed(Json.Obj request, PkiRequest parsed, List<String> usages) {
        var life = request.at("spec", "expirationSeconds") instanceof Json.Num seconds
                ? Duration.ofSeconds(Math.clamp(seconds.asLong(), 600, LIFE.toSeconds()))
                : LIFE;
        var certificate = Pem.text(pki.sign(parsed, usages, life)).getBytes(StandardCharsets.UTF_8);
        return request.withAt(Json.of(Base64.getEncoder().encodeToString(certificate)), "status", "certificate");
    }

    private Json.Obj failed(Json.Obj request, String why) {
        return with(request, CertificateStrategy.FAILED, "SignerValidationFailure", why);
    }

    /** Nodes that may ask for certificates of nodes get them without anybody looking. */
    private Json.Obj approved(Json.Obj request, PkiRequest parsed, Authorization authorization) {
        var spec = request.object("spec");
        var user =
                new User(spec.textOrEmpty("username"), spec.textOrEmpty("uid"), texts(spec.items("groups")), Map.of());
        if (user.name().equals(parsed.subject().commonName()) && may(authorization, user, "selfnodeclient"))
            return with(
                    request,
                    CertificateStrategy.APPROVED,
                    "AutoApproved",
                    "Auto approving self kubelet client certificate after SubjectAccessReview.");
        return may(authorization, user, "nodeclient")
                ? with(
                        request,
                        CertificateStrategy.APPROVED,
                        "AutoApproved",
                        "Auto approving kubelet client certificate after SubjectAccessReview.")
                : request;
    }

    private static boolean may(Authorization authorization, User user, String what) {
        var target = new RequestPath(
                Types.CERTIFICATE_REQUESTS.group(), "*", "", Types.CERTIFICATE_REQUESTS.plural(), "", what);
        return authorization.decide(Attributes.of(user, "create", target)).allowed();
    }

    private Json.Obj with(Json.Obj request, String condition, String reason, String message) {
        var now = ObjectMeta.time(clock.instant());
        var conditions = new ArrayList<>(request.items("status", "conditions"));
        conditions.add(Json.obj(
                "type", condition,
                "status", "True",
                "reason", reason,
                "message", message,
                "lastUpdateTime", now,
                "lastTransitionTime", now));
        return request.withAt(new Json.Arr(conditions), "status", "conditions");
    }

    private static List<String> texts(List<Json> items) {
        return items.stream()
                .map(item -> item instanceof Json.Str(var text) ? text : "")
                .toList();
    }

    /** Whether a request is to be forgotten: decided an hour ago, pending for a day, or its certificate has ended. */
    static boolean isOver(Json.Obj request, Instant now) {
        var certificate = request.textOrEmpty("status", "certificate");
        var conditions = request.items("status", "conditions");
        for (var condition : conditions) {
            var type = condition.textOrEmpty("type");
            boolean decided = type.equals(CertificateStrategy.DENIED)
                    || type.equals(CertificateStrategy.FAILED)
                    || type.equals(CertificateStrategy.APPROVED) && !certificate.isEmpty();
            if (decided && isOlder(condition.text("lastUpdateTime"), now, DECIDED_KEPT)) return true;
        }
        if (conditions.isEmpty() && isOlder(request.text("metadata", "creationTimestamp"), now, PENDING_KEPT))
            return true;
        return !certificate.isEmpty() && hasEnded(certificate, now);
    }

    private static boolean isOlder(@Nullable String time, Instant now, Duration age) {
        var then = ObjectMeta.instant(time);
        return then != null && then.plus(age).isBefore(now);
    }

    private static boolean hasEnded(String certificate, Instant now) {
        try {
            var pem = new String(Base64.getDecoder().decode(certificate), StandardCharsets.UTF_8);
            var chain = Pem.certificates(pem);
            return !chain.isEmpty()
                    && chain.getFirst().getNotAfter().toInstant().isBefore(now);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
