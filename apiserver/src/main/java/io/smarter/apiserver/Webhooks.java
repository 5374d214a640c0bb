package io.smarter.apiserver;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.patch.Patches;
import io.smarter.schema.Defaults;
import io.smarter.schema.SchemaDecoder;
import io.smarter.tunnel.WebhookClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Asks the webhooks that are concerned with a request, and does what they say. Safe for use by many threads. */
final class Webhooks {
    private static final System.Logger LOG = System.getLogger("io.smarter.apiserver");
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("webhooks").start(task);

    private final AdmissionSources sources;
    private final WebhookClient client;

    Webhooks(AdmissionSources sources, WebhookClient client) {
        this.sources = sources;
        this.client = client;
    }

    /**
     * The request as webhooks want it to be, one after the other. Those that wish so are asked once more when later ones
     * changed something.
     */
    AdmissionRequest mutated(List<Webhook> webhooks, AdmissionRequest request, List<String> warnings) {
        var called = new LinkedHashSet<Webhook>();
        var again = new LinkedHashSet<Webhook>();
        var now = request;
        for (var webhook : webhooks) {
            var next = mutated(webhook, now, warnings);
            if (next == null) continue;
            if (!next.equals(now)) {
                again.addAll(called);
                called.clear();
            }
            if (webhook.again()) called.add(webhook);
            now = next;
        }
        for (var webhook : again) {
            var next = mutated(webhook, now, warnings);
            if (next != null) now = next;
        }
        return now;
    }

    /** Null when the webhook is not concerned. */
    private @Nullable AdmissionRequest mutated(Webhook webhook, AdmissionRequest request, List<String> warnings) {
        var matched = concerned(webhook, request);
        if (matched == null) return null;
        var review = review(webhook, matched);
        if (review == null) return request;
        warnings.addAll(review.warnings());
        if (!review.allowed()) throw review.refusal(webhook.name()).error();
        var patch = review.patch();
        if (patch == null || patch.equals(Json.arr())) return request;
        var object = matched.object();
        if (object == null)
            throw Status.internal(
                            "admission webhook \"%s\" attempted to modify the object, which is not supported for this operation"
                                    .formatted(webhook.name()))
                    .error();
        return switch (Patches.json(matched.kind(), object, patch)) {
            case Patches.Outcome.Patched(var patched) ->
                matched.with(read(matched, patched)).in(request.type());
            case Patches.Outcome.Rejected rejected ->
                throw Status.internal(rejected.why()).error();
        };
    }

    /** As what a client sends is read and filled in. */
    static Json.Obj read(AdmissionRequest request, Json.Obj patched) {
        return switch (SchemaDecoder.decode(request.kind(), patched)) {
            case SchemaDecoder.Outcome.Decoded(var read, var _) -> Defaults.apply(request.kind(), read);
            case SchemaDecoder.Outcome.Malformed(var message) ->
                throw Status.internal(message).error();
        };
    }

    /** Asks all at once; the first of them to refuse is the one that is told of. */
    void check(List<Webhook> webhooks, AdmissionRequest request, List<String> warnings) {
        var asked = new ArrayList<CompletableFuture<List<String>>>();
        var concerned = new ArrayList<Runnable>();
        for (var webhook : webhooks) {
            var matched = concerned(webhook, request);
            if (matched == null) continue;
            var future = new CompletableFuture<List<String>>();
            asked.add(future);
            concerned.add(() -> {
                try {
                    future.complete(checked(webhook, matched));
                } catch (RuntimeException e) {
                    future.completeExceptionally(e);
                }
            });
        }
        if (concerned.size() == 1) concerned.getFirst().run();
        else concerned.forEach(THREADS::execute);
        for (var one : asked) {
            try {
                warnings.addAll(one.join());
            } catch (CompletionException e) {
                throw e.getCause() instanceof StatusException refused ? refused : e;
            }
        }
    }

    private List<String> checked(Webhook webhook, AdmissionRequest matched) {
        var review = review(webhook, matched);
        if (review == null) return List.of();
        if (!review.allowed()) throw review.refusal(webhook.name()).error();
        return review.warnings();
    }

    /** The request as a webhook is to see it; null when it is not concerned. */
    private @Nullable AdmissionRequest concerned(Webhook webhook, AdmissionRequest request) {
        var matched = webhook.match().match(request, sources);
        if (matched == null || webhook.conditions().expressions().isEmpty()) return matched;
        return switch (webhook.conditions().hold(new AdmissionScope(matched, sources))) {
            case AdmissionConditions.Outcome.Decided(var holds) -> holds ? matched : null;
            case AdmissionConditions.Outcome.Failed(var why) -> {
                if (!webhook.fails()) yield null;
                throw Status.forbidden(request.of().type().resource(), request.name(), why)
                        .error();
            }
        };
    }

    /** What a webhook says; null when it cannot be asked and that does not matter. */
    private @Nullable WebhookReview review(Webhook webhook, AdmissionRequest request) {
        if (request.options().dryRun() && !webhook.sideless())
            throw Status.badRequest("admission webhook \"%s\" does not support dry run".formatted(webhook.name()))
                    .error();
        try {
            return WebhookReview.of(webhook, request, client);
        } catch (IOException e) {
            var message = "failed calling webhook \"%s\": %s".formatted(webhook.name(), e.getMessage());
            if (webhook.fails()) throw Status.internal(message).error(e);
            LOG.log(WARNING, message);
            return null;
        }
    }
}
