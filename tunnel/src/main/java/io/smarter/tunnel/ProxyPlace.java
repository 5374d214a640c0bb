package io.smarter.tunnel;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.requests.RequestPath;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a proxied request goes, and what of the URL stays here.
 *
 * @param prefix the part of the URL's path that leads to the proxy, percent-encoded
 * @param path what is asked of the other side, percent-encoded; empty when the URL ends with {@code proxy}
 * @param query as it came
 */
record ProxyPlace(String prefix, String path, String query) {
    static ProxyPlace of(Proxy.Request request) {
        var whole = request.exchange().path();
        var place = new RequestPath("", "v1", request.namespace(), "", "", "");
        var path = place.rest(whole);
        var prefix = whole.substring(0, whole.length() - path.length());
        return new ProxyPlace(prefix, path, request.exchange().query().text());
    }

    boolean isBare() {
        return path.isEmpty();
    }

    /** Path and query as a request has them. */
    String target() {
        return (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query);
    }

    /** What is relative to the root of the other side must be relative to the proxy, so its URL ends with a slash. */
    void redirect(Exchange exchange) throws IOException {
        var location = prefix + "/" + (query.isEmpty() ? "" : "?" + query);
        exchange.respond(301, Headers.of("location", location), new byte[0]);
    }

    /** A URL that the other side gave, as it is to be used here. */
    String outside(String url, String... ownHosts) {
        try {
            var parsed = new URI(url);
            var host = parsed.getRawAuthority();
            boolean foreign = host != null;
            for (var own : ownHosts) if (own.equals(host)) foreign = false;
            var inside = parsed.getRawPath();
            if (foreign || inside == null || !inside.startsWith("/")) return url;
            var outside = new StringBuilder(inside.startsWith(prefix) ? inside : prefix + inside);
            if (parsed.getRawQuery() != null) outside.append('?').append(parsed.getRawQuery());
            if (parsed.getRawFragment() != null) outside.append('#').append(parsed.getRawFragment());
            return outside.toString();
        } catch (URISyntaxException e) {
            return url;
        }
    }
}
