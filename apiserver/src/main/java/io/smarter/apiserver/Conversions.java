package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.tunnel.WebhookClient;
import io.smarter.tunnel.WebhookEndpoint;
import io.smarter.types.Conversion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the conversions that definitions ask for. The way to their webhooks is known only when the server is up. Safe for use
 * by many threads.
 */
final class Conversions implements Conversion.Maker {
    private @Nullable Supplier<WebhookClient> way;
    private @Nullable WebhookClient client;

    synchronized void start(Supplier<WebhookClient> made) {
        way = made;
    }

    synchronized WebhookClient client() {
        if (client != null) return client;
        if (way == null)
            throw Status.of(503, "ServiceUnavailable", "the server is starting").error();
        client = way.get();
        return client;
    }

    @Override
    public @Nullable Conversion of(Json.Obj definition) {
        var conversion = definition.object("spec", "conversion");
        if (!conversion.textOrEmpty("strategy").equals("Webhook")) return null;
        var webhook = conversion.object("webhook");
        var versions = webhook.items("conversionReviewVersions");
        boolean old = !versions.contains(Json.of("v1")) && versions.contains(Json.of("v1beta1"));
        return new WebhookConversion(
                this,
                WebhookEndpoint.of(webhook.object("clientConfig")),
                old ? "v1beta1" : "v1",
                definition.textOrEmpty("spec", "names", "kind"));
    }
}
