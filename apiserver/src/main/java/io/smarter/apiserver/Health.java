package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Answers {@code /healthz}, {@code /livez} and {@code /readyz} (Kubernetes "API health endpoints"): all checks, or the one
 * that the path names. The steps of the start have Kubernetes' names; all are done before the first request is answered.
 */
final class Health {
    /** Where it answers. */
    static final List<String> PATHS = List.of("/healthz", "/livez", "/readyz");

    private static final List<String> STEPS = List.of(
            "start-apiserver-admission-initializer",
            "start-kube-apiserver-admission-initializer",
            "generic-apiserver-start-informers",
            "priority-and-fairness-config-consumer",
            "priority-and-fairness-filter",
            "storage-object-count-tracker-hook",
            "start-apiextensions-informers",
            "start-apiextensions-controllers",
            "crd-informer-synced",
            "start-system-namespaces-controller",
            "bootstrap-controller",
            "rbac/bootstrap-roles",
            "scheduling/bootstrap-system-priority-classes",
            "priority-and-fairness-config-producer",
            "start-cluster-authentication-info-controller",
            "start-kube-apiserver-identity-lease-controller",
            "start-legacy-token-tracking-controller",
            "start-kube-aggregator-informers",
            "apiservice-registration-controller",
            "apiservice-status-available-controller",
            "apiservice-status-local-available-controller",
            "apiservice-status-remote-available-controller",
            "apiservice-discovery-controller",
            "kube-apiserver-autoregistration",
            "apiservice-openapi-controller",
            "apiservice-openapiv3-controller");

    private final Map<String, BooleanSupplier> checks = new LinkedHashMap<>();

    /**
     * @param store whether the store answers
     * @param watches whether watches hear of every write
     */
    Health(BooleanSupplier store, BooleanSupplier watches) {
        checks.put("ping", () -> true);
        checks.put("log", () -> true);
        checks.put("etcd", store);
        checks.put("informer-sync", watches);
        for (var step : STEPS) checks.put("poststarthook/" + step, () -> true);
        checks.put("autoregister-completion", () -> true);
    }

    void answer(Exchange exchange) throws IOException {
        var path = exchange.path();
        int slash = path.indexOf('/', 1);
        var name = (slash < 0 ? path : path.substring(0, slash)).substring(1);
        var only = slash < 0 ? "" : path.substring(slash + 1);
        if (only.isEmpty()) all(exchange, name);
        else if (!checks.containsKey(only)) throw Status.noSuchPath().error();
        else if (well(only)) send(exchange, 200, "ok");
        else send(exchange, 500, "internal server error: %s: not well\n".formatted(only));
    }

    private boolean well(String check) {
        var known = checks.get(check);
        return known != null && known.getAsBoolean();
    }

    private void all(Exchange exchange, String name) throws IOException {
        var excluded = exchange.query().all("exclude");
        var lines = new ArrayList<String>();
        boolean well = true;
        for (var check : checks.keySet()) {
            boolean passes = excluded.contains(check) || well(check);
            well &= passes;
            if (excluded.contains(check)) lines.add("[+]%s excluded: ok".formatted(check));
            else lines.add((passes ? "[+]%s ok" : "[-]%s failed: reason withheld").formatted(check));
        }
        var unknown = excluded.stream()
                .filter(check -> !checks.containsKey(check))
                .map(check -> '"' + check + '"')
                .collect(Collectors.joining(","));
        if (!unknown.isEmpty()) lines.add("warn: some health checks cannot be excluded: no matches for " + unknown);
        lines.add(name + (well ? " check passed" : " check failed"));
        boolean told = !well || exchange.query().has("verbose");
        send(exchange, well ? 200 : 500, told ? String.join("\n", lines) + "\n" : "ok");
    }

    private static void send(Exchange exchange, int code, String text) throws IOException {
        var headers = Headers.of(
                "content-type", "text/plain; charset=utf-8",
                "cache-control", "no-cache, private",
                "x-content-type-options", "nosniff");
        exchange.respond(code, headers, text.getBytes(StandardCharsets.UTF_8));
    }
}
