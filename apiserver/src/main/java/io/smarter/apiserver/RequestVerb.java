package io.smarter.apiserver;

import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.http.Exchange;
import io.smarter.requests.RequestPath;
import io.smarter.storage.ApiRequest;
import io.smarter.types.ApiType;
import java.util.Locale;

/** What a request wants done with the objects that its URL names (Kubernetes API concepts, "API verbs"). Pure functions. */
final class RequestVerb {
    private RequestVerb() {}

    /** As authorization knows it; empty where there is none for the method. */
    static String of(Exchange exchange, RequestPath path) {
        boolean one = !path.name().isEmpty();
        boolean old = exchange.path().contains("/watch/") && RequestPath.isWatch(exchange.path());
        boolean watch =
                (old || exchange.query().flag("watch")) && path.subresource().isEmpty();
        if (old && !(watch && exchange.method().equals("GET")))
            throw Status.methodNotAllowed().error();
        return switch (exchange.method()) {
            case "GET", "HEAD" -> watch ? "watch" : one ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> one ? "delete" : "deletecollection";
            case "OPTIONS" -> isProxied(path) ? "" : "options";
            default -> exchange.method().toLowerCase(Locale.ROOT);
        };
    }

    /** The request of somebody who may make it; refused where the type has no such path, or not that verb. */
    static ApiRequest request(Exchange exchange, User user, String verb, ApiType type, RequestPath path) {
        var resource = type.resource();
        boolean named = !path.name().isEmpty();
        boolean placed = !resource.namespaced() || !path.namespace().isEmpty();
        if (!resource.namespaced() && !path.namespace().isEmpty() || !placed && named)
            throw Status.noSuchPath().error();
        var below = type.subresource(path.subresource());
        if (!path.subresource().isEmpty() && below == null)
            throw Status.noSuchPath().error();
        boolean fits = switch (verb) {
            case "create" -> placed && named == (below != null);
            case "update", "patch" -> named;
            default -> true;
        };
        var verbs = below == null ? type.verbs() : below.verbs();
        boolean served = isProxied(path)
                ? verb.isEmpty() || verbs.contains(verb)
                : !exchange.method().equals("HEAD") && verbs.contains(verb);
        if (!fits || !served) throw Status.methodNotAllowed().error();
        return new ApiRequest(exchange, user, verb, type, path.namespace(), path.name(), path.subresource());
    }

    private static boolean isProxied(RequestPath path) {
        return path.subresource().equals(RequestPath.PROXY);
    }
}
