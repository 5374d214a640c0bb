package io.smarter.apiserver;

import io.smarter.json.Json;
import io.smarter.tunnel.WebhookEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A webhook of a configuration, read. Immutable.
 *
 * @param fails whether the request fails when the webhook cannot be asked
 * @param again whether it wants to be asked again when others have changed the object since
 * @param sideless whether a dry run may ask it
 * @param version of the reviews that it understands
 */
record Webhook(
        String name,
        AdmissionMatch match,
        AdmissionConditions conditions,
        boolean fails,
        boolean again,
        boolean sideless,
        Duration timeout,
        String version,
        WebhookEndpoint endpoint) {
    private static final int USUAL_TIMEOUT = 10;

    /** Those of a configuration, in its order. */
    static List<Webhook> all(Json.Obj configuration) {
        var webhooks = new ArrayList<Webhook>();
        for (var one : configuration.items("webhooks")) if (one instanceof Json.Obj object) webhooks.add(of(object));
        return List.copyOf(webhooks);
    }

    private static Webhook of(Json.Obj object) {
        var effects = object.textOrEmpty("sideEffects");
        return new Webhook(
                object.textOrEmpty("name"),
                // one without rules is asked about nothing
                AdmissionMatch.of(object.items("rules").isEmpty() ? object.with("rules", NO_RULES) : object, "rules"),
                AdmissionConditions.of(object),
                !object.textOrEmpty("failurePolicy").equals("Ignore"),
                object.textOrEmpty("reinvocationPolicy").equals("IfNeeded"),
                effects.equals("None") || effects.equals("NoneOnDryRun"),
                Duration.ofSeconds(object.number(USUAL_TIMEOUT, "timeoutSeconds")),
                version(object.items("admissionReviewVersions")),
                WebhookEndpoint.of(object.object("clientConfig")));
    }

    private static final Json NO_RULES = Json.arr(Json.Obj.EMPTY);

    private static String version(List<Json> versions) {
        for (var version : versions)
            if (version.equals(Json.of("v1")) || version.equals(Json.of("v1beta1")))
                return ((Json.Str) version).value();
        return "v1";
    }
}
