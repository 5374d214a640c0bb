package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.json.Json;
import io.smarter.tunnel.WebhookEndpoint;
import io.smarter.types.Conversion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Has a webhook bring custom objects from one version to another (apiextensions.k8s.io ConversionReview). What identifies an
 * object stays as it is, whatever the webhook says; of the metadata it may change labels and annotations. Immutable.
 *
 * @param reviews the version of the reviews that the webhook understands
 * @param kind of the objects
 */
record WebhookConversion(Conversions conversions, WebhookEndpoint endpoint, String reviews, String kind)
        implements Conversion {
    private static final String GROUP = "apiextensions.k8s.io/";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Override
    public List<Json.Obj> converted(List<Json.Obj> objects, String wanted) {
        var others = new ArrayList<Json>();
        for (var object : objects) if (!isOf(object, wanted)) others.add(object);
        if (others.isEmpty()) return objects;
        var answers = asked(others, wanted).iterator();
        var result = new ArrayList<Json.Obj>(objects.size());
        for (var object : objects) result.add(isOf(object, wanted) ? object : checked(object, answers.next(), wanted));
        return result;
    }

    private static boolean isOf(Json.Obj object, String version) {
        return object.textOrEmpty("apiVersion").equals(version);
    }

    private List<Json> asked(List<Json> objects, String wanted) {
        var uid = UUID.randomUUID().toString();
        var request = Json.obj("uid", uid, "desiredAPIVersion", wanted, "objects", objects);
        var review = Json.obj("kind", "ConversionReview", "apiVersion", GROUP + reviews, "request", request);
        Json.Obj answer;
        try {
            answer = conversions.client().ask(endpoint, review, TIMEOUT);
        } catch (IOException e) {
            throw failed(wanted, "failed: " + e.getMessage());
        }
        var response = answer.object("response");
        if (!answer.textOrEmpty("kind").equals("ConversionReview")
                || !answer.textOrEmpty("apiVersion").equals(GROUP + reviews))
            throw failed(
                    wanted,
                    "failed: expected webhook response of %s, Kind=ConversionReview".formatted(GROUP + reviews));
        if (!response.textOrEmpty("uid").equals(uid))
            throw failed(
                    wanted,
                    "failed: expected response.uid=\"%s\", got \"%s\"".formatted(uid, response.textOrEmpty("uid")));
        if (!response.textOrEmpty("result", "status").equals("Success")) {
            var message = response.textOrEmpty("result", "message");
            throw failed(wanted, "failed: " + (message.isEmpty() ? "response.result.status was not Success" : message));
        }
        var converted = response.items("convertedObjects");
        if (converted.size() != objects.size())
            throw failed(wanted, "returned %d objects, expected %d".formatted(converted.size(), objects.size()));
        return converted;
    }

    private Json.Obj checked(Json.Obj object, Json answer, String wanted) {
        if (!(answer instanceof Json.Obj converted)) throw failed(wanted, "returned what is no object");
        if (!isOf(converted, wanted) || !converted.textOrEmpty("kind").equals(object.textOrEmpty("kind")))
            throw failed(
                    wanted,
                    "returned invalid converted object: must be %s, Kind=%s"
                            .formatted(wanted, object.textOrEmpty("kind")));
        for (var fixed : List.of("name", "namespace", "uid")) {
            var before = object.textOrEmpty("metadata", fixed);
            var after = converted.textOrEmpty("metadata", fixed);
            if (!before.equals(after))
                throw failed(
                        wanted,
                        "returned invalid metadata: must have the same %s: %s != %s".formatted(fixed, before, after));
        }
        var metadata = object.object("metadata");
        for (var free : List.of("labels", "annotations")) {
            var value = converted.at("metadata", free);
            metadata = value == null ? metadata.without(free) : metadata.with(free, value);
        }
        return converted.with("metadata", metadata);
    }

    private StatusException failed(String wanted, String why) {
        return Status.internal("conversion webhook for %s, Kind=%s %s".formatted(wanted, kind, why))
                .error();
    }
}
