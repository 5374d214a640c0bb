package io.smarter.tunnel;

import io.smarter.http.Pem;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where a webhook is and by whose word it is believed (admissionregistration.k8s.io WebhookClientConfig). Safe for use by
 * many threads.
 */
public final class WebhookEndpoint {
    private static final int HTTPS = 443;

    private final String host;
    private final int port;
    private final String path;
    private final Json.@Nullable Obj service;
    private final String authorities;
    private volatile @Nullable SSLSocketFactory tls;

    private WebhookEndpoint(String host, int port, String path, Json.@Nullable Obj service, String authorities) {
        this.host = host;
        this.port = port;
        this.path = path;
        this.service = service;
        this.authorities = authorities;
    }

    public static WebhookEndpoint of(Json.Obj config) {
        var authorities = config.textOrEmpty("caBundle");
        if (config.get("service") instanceof Json.Obj service) {
            var host = "%s.%s.svc".formatted(service.textOrEmpty("name"), service.textOrEmpty("namespace"));
            var path = service.textOrEmpty("path");
            return new WebhookEndpoint(
                    host, (int) service.number(HTTPS, "port"), path.isEmpty() ? "/" : path, service, authorities);
        }
        var url = URI.create(config.textOrEmpty("url"));
        var path = url.getRawPath();
        return new WebhookEndpoint(
                String.valueOf(url.getHost()),
                url.getPort() < 0 ? HTTPS : url.getPort(),
                path == null || path.isEmpty() ? "/" : path,
                null,
                authorities);
    }

    /** The name that its certificate must have. */
    String host() {
        return host;
    }

    int port() {
        return port;
    }

    String path() {
        return path;
    }

    /** The service that has it; null when it is outside. */
    Json.@Nullable Obj service() {
        return service;
    }

    /** As messages name it. */
    String url() {
        return "https://%s%s%s".formatted(host, port == HTTPS && service == null ? "" : ":" + port, path);
    }

    /** What makes connections on which it has shown a certificate of its authorities, or of the machine's if it names none. */
    SSLSocketFactory tls() throws IOException {
        var known = tls;
        if (known != null) return known;
        try {
            var context = SSLContext.getInstance("TLS");
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities.isEmpty() ? null : believed());
            context.init(null, trust.getTrustManagers(), null);
            known = context.getSocketFactory();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("unable to load root certificates: " + e.getMessage(), e);
        }
        tls = known;
        return known;
    }

    private KeyStore believed() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        var pem = new String(Base64.getDecoder().decode(authorities), StandardCharsets.US_ASCII);
        int number = 0;
        for (var certificate : Pem.certificates(pem)) store.setCertificateEntry("ca" + number++, certificate);
        return store;
    }
}
