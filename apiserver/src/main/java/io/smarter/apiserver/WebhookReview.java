package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.tunnel.WebhookClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a webhook and what it answers (admission.k8s.io AdmissionReview).
 *
 * @param patch the changes that it wants; null for none
 * @param result why it refuses
 */
record WebhookReview(boolean allowed, @Nullable Json patch, Json.Obj result, List<String> warnings) {
    private static final String GROUP = "admission.k8s.io/";
    private static final int MOST_WARNINGS = 16;
    private static final int LONGEST_WARNING = 256;

    /** Throws {@link IOException} if it cannot be asked, or answers something else. */
    static WebhookReview of(Webhook webhook, AdmissionRequest request, WebhookClient client) throws IOException {
        var uid = UUID.randomUUID().toString();
        var question = Json.obj(
                "kind", "AdmissionReview", "apiVersion", GROUP + webhook.version(), "request", asked(request, uid));
        Json.Obj answer;
        try {
            answer = client.ask(webhook.endpoint(), question, webhook.timeout());
        } catch (IOException e) {
            throw new IOException("failed to call webhook: " + e.getMessage(), e);
        }
        try {
            return read(answer, webhook.version(), uid);
        } catch (IOException e) {
            throw new IOException("received invalid webhook response: " + e.getMessage(), e);
        }
    }

    private static Json.Obj asked(AdmissionRequest request, String uid) {
        var asked = Json.obj("uid", uid);
        for (var member : request.described().members().entrySet())
            asked = asked.with(member.getKey(), member.getValue());
        return asked.with("object", request.object() == null ? Json.Null.NULL : request.object())
                .with("oldObject", request.old() == null ? Json.Null.NULL : request.old());
    }

    private static WebhookReview read(Json.Obj answer, String version, String uid) throws IOException {
        var told = answer.textOrEmpty("apiVersion");
        if (version.equals("v1")
                && !(told.equals(GROUP + "v1") && answer.textOrEmpty("kind").equals("AdmissionReview")))
            throw new IOException("expected webhook response of %s, Kind=AdmissionReview, got %s, Kind=%s"
                    .formatted(GROUP + "v1", told, answer.textOrEmpty("kind")));
        if (!(answer.get("response") instanceof Json.Obj response))
            throw new IOException("webhook response was absent");
        var given = response.textOrEmpty("uid");
        if (version.equals("v1") && !given.equals(uid))
            throw new IOException("expected response.uid=\"%s\", got \"%s\"".formatted(uid, given));
        return new WebhookReview(
                response.flag("allowed"), patch(response, version), response.object("status"), warnings(response));
    }

    private static @Nullable Json patch(Json.Obj response, String version) throws IOException {
        var encoded = response.textOrEmpty("patch");
        if (encoded.isEmpty()) return null;
        var type = response.textOrEmpty("patchType");
        if (type.isEmpty() && version.equals("v1"))
            throw new IOException("webhook returned response.patch but not response.patchType");
        if (!type.isEmpty() && !type.equals("JSONPatch"))
            throw new IOException("invalid response.patchType of \"" + type + '"');
        try {
            return Json.parse(Base64.getDecoder().decode(encoded));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("received undecodable patch in webhook response: " + e.getMessage(), e);
        }
    }

    private static List<String> warnings(Json.Obj response) {
        var warnings = new ArrayList<String>();
        for (var warning : response.items("warnings"))
            if (warning instanceof Json.Str(var text) && warnings.size() < MOST_WARNINGS)
                warnings.add(text.length() > LONGEST_WARNING ? text.substring(0, LONGEST_WARNING) : text);
        return warnings;
    }

    /** The refusal, in Kubernetes' words. */
    Status refusal(String webhook) {
        var denied = "admission webhook \"%s\" denied the request".formatted(webhook);
        var message = result.textOrEmpty("message");
        var reason = result.textOrEmpty("reason");
        if (!message.isEmpty()) denied += ": " + message;
        else denied += reason.isEmpty() ? " without explanation" : ": " + reason;
        int code = (int) result.number(0, "code");
        return new Status(code < 400 || code > 599 ? 400 : code, reason, denied, result.object("details"));
    }
}
