package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.ObjectMeta;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import io.smarter.validation.ValidationCertificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Certificate signing requests: who asks is what the server knows, what is asked for is for good; {@code approval} decides
 * over them, once, and {@code status} takes the certificate, once.
 */
public final class CertificateStrategy implements Strategy {
    public static final String APPROVED = ValidationCertificate.APPROVED;
    public static final String DENIED = ValidationCertificate.DENIED;
    public static final String FAILED = ValidationCertificate.FAILED;

    private static final Set<String> DECISIONS = Set.of(APPROVED, DENIED);

    CertificateStrategy() {}

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public Json.Obj sentBy(Json.Obj object, User user) {
        var spec = object.object("spec");
        for (var own : List.of("username", "uid", "groups", "extra")) spec = spec.without(own);
        for (var known : user.json().members().entrySet()) spec = spec.with(known.getKey(), known.getValue());
        return object.with("spec", spec);
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return object.with("status", Json.Obj.EMPTY);
    }

    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        return object.with("spec", old.object("spec"));
    }

    /** Conditions get their times, and whoever writes the status need not know the decision. */
    @Override
    public Json.Obj part(String subresource, Json.Obj object, Json.Obj old) {
        var before = old.items("status", "conditions");
        var conditions = new ArrayList<Json>();
        if (subresource.equals("status")) {
            var sent = object.items("status", "conditions");
            for (var condition : before)
                if (DECISIONS.contains(condition.textOrEmpty("type")) && find(sent, condition) == null)
                    conditions.add(condition);
        }
        for (var condition : object.items("status", "conditions"))
            conditions.add(timed(condition.object(), find(before, condition)));
        return conditions.isEmpty() ? object : object.withAt(new Json.Arr(conditions), "status", "conditions");
    }

    private static Json.Obj timed(Json.Obj condition, @Nullable Json before) {
        var now = Json.of(ObjectMeta.time(Instant.now()));
        var timed = condition.text("lastUpdateTime") == null ? condition.with("lastUpdateTime", now) : condition;
        if (timed.text("lastTransitionTime") != null) return timed;
        var old = before == null ? Json.Obj.EMPTY : before;
        boolean same = old.textOrEmpty("status").equals(condition.textOrEmpty("status"));
        var turned = same ? old.text("lastTransitionTime") : null;
        var turn = turned == null ? now : Json.of(turned);
        return timed.with("lastTransitionTime", turn);
    }

    static @Nullable Json find(List<Json> conditions, Json like) {
        for (var condition : conditions)
            if (condition.textOrEmpty("type").equals(like.textOrEmpty("type"))) return condition;
        return null;
    }

    public static boolean is(Json.Obj request, String type) {
        return request.items("status", "conditions").stream()
                .anyMatch(condition -> condition.textOrEmpty("type").equals(type));
    }

    @Override
    public List<FieldError> check(String subresource, Json.Obj object, Json.@Nullable Obj old) {
        var report = new ValidationReport();
        if (old == null) ValidationCertificate.request(report, object);
        ValidationCertificate.conditions(report, object);
        if (old != null) changes(report, subresource, object, old);
        return report.errors();
    }

    private static void changes(ValidationReport report, String subresource, Json.Obj object, Json.Obj old) {
        for (var type : List.of(APPROVED, DENIED, FAILED)) {
            if (is(old, type) && !is(object, type))
                report.forbidden("status.conditions", "updates may not remove a condition of type \"" + type + '"');
            if (!DECISIONS.contains(type) || subresource.equals("approval")) continue;
            if (!is(old, type) && is(object, type))
                report.forbidden("status.conditions", "updates may not add a condition of type \"" + type + '"');
            if (is(old, type) && is(object, type) && !SchemaValues.same(condition(old, type), condition(object, type)))
                report.forbidden("status.conditions", "updates may not modify a condition of type \"" + type + '"');
        }
        var before = old.textOrEmpty("status", "certificate");
        var certificate = object.textOrEmpty("status", "certificate");
        if (certificate.equals(before)) return;
        if (!subresource.equals("status"))
            report.forbidden("status.certificate", "updates may not set certificate content");
        else if (!before.isEmpty())
            report.forbidden("status.certificate", "updates may not modify existing certificate content");
        else ValidationCertificate.certificate(report, certificate);
    }

    private static Json condition(Json.Obj object, String type) {
        var found = find(object.items("status", "conditions"), Json.obj("type", type));
        return found == null ? Json.Null.NULL : found;
    }
}
