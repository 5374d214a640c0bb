package io.smarter.apiserver;

import io.smarter.api.Pod;
import io.smarter.api.PodReferences;
import io.smarter.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which secrets a pod may name, where its account says that only its own will do. Pure functions. */
final class PodSecrets {
    private static final String ENFORCED = "kubernetes.io/enforce-mountable-secrets";
    private static final String NOT_ALLOWED = " is not allowed because service account %s does not reference that %s";

    private PodSecrets() {}

    /** What is wrong with the secrets that a new pod names; empty when nothing is. */
    static Optional<String> refused(Json.Obj account, Json.Obj spec) {
        if (!isTrue(account.textOrEmpty("metadata", "annotations", ENFORCED))) return Optional.empty();
        var own = names(account, "secrets");
        var why = NOT_ALLOWED.formatted(account.textOrEmpty("metadata", "name"), "secret");
        for (var volume : spec.items("volumes")) {
            var secret = volume.textOrEmpty("secret", "secretName");
            if (!secret.isEmpty() && !own.contains(secret))
                return Optional.of("volume with secret.secretName=\"%s\"".formatted(secret) + why);
        }
        for (var list : Map.of("initContainers", "init container", "containers", "container")
                .entrySet()) {
            var refused = ofContainers(spec, list.getKey(), list.getValue(), own);
            if (refused.isPresent()) return refused.map(what -> what + why);
        }
        var pulls = names(account, "imagePullSecrets");
        int index = 0;
        for (var pull : spec.items("imagePullSecrets")) {
            var at = "imagePullSecrets[%d].name=\"%s\"".formatted(index++, pull.textOrEmpty("name"));
            if (!pulls.contains(pull.textOrEmpty("name")))
                return Optional.of(
                        at + NOT_ALLOWED.formatted(account.textOrEmpty("metadata", "name"), "imagePullSecret"));
        }
        return Optional.empty();
    }

    private static Optional<String> ofContainers(Json.Obj spec, String list, String kind, Set<String> own) {
        for (var container : spec.items(list)) {
            for (var variable : container.items("env")) {
                var secret = variable.textOrEmpty("valueFrom", "secretKeyRef", "name");
                if (!secret.isEmpty() && !own.contains(secret))
                    return Optional.of("%s %s with envVar %s referencing secret.secretName=\"%s\""
                            .formatted(kind, container.textOrEmpty("name"), variable.textOrEmpty("name"), secret));
            }
            for (var from : container.items("envFrom")) {
                var secret = from.textOrEmpty("secretRef", "name");
                if (!secret.isEmpty() && !own.contains(secret))
                    return Optional.of("%s %s with envFrom referencing secret.secretName=\"%s\""
                            .formatted(kind, container.textOrEmpty("name"), secret));
            }
        }
        return Optional.empty();
    }

    private static Set<String> names(Json.Obj account, String list) {
        return account.items(list).stream()
                .map(secret -> secret.textOrEmpty("name"))
                .collect(Collectors.toSet());
    }

    /** As Go's strconv.ParseBool reads it. */
    private static boolean isTrue(String text) {
        return Set.of("1", "t", "T", "true", "TRUE", "True").contains(text);
    }

    /** What a pod that only mirrors a node's own may not name; empty when it names nothing of the kind. */
    static Optional<String> refusedToMirror(Pod pod) {
        var references = PodReferences.of(pod).objects();
        if (references.stream()
                .anyMatch(one ->
                        one.plural().equals("serviceaccounts") && !one.name().isEmpty()))
            return Optional.of("a mirror pod may not reference service accounts");
        if (references.stream().anyMatch(one -> one.plural().equals("secrets")))
            return Optional.of("a mirror pod may not reference secrets");
        return references.stream().anyMatch(one -> one.plural().equals("serviceaccounts"))
                ? Optional.of("a mirror pod may not use ServiceAccountToken volume projections")
                : Optional.empty();
    }
}
