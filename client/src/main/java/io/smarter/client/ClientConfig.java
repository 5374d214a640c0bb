package io.smarter.client;

import io.smarter.http.Pem;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.json.Yaml;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where an API server is and how both sides prove who they are.
 *
 * @param server such as {@code https://10.0.0.1:6443}; {@code http} speaks HTTP/2 without TLS
 * @param ca the authorities of which one must have signed the server's certificate
 * @param times what is known of the time where the clock may be wrong; null to go by the clock
 * @param token what shows who the client is, besides its identity or instead of one; null for nothing
 */
public record ClientConfig(
        URI server,
        List<X509Certificate> ca,
        @Nullable TlsIdentity identity,
        @Nullable Times times,
        @Nullable BearerToken token) {
    /** Where the containers of a pod find who they are. */
    public static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final int MAX_FILE = 4 << 20;

    public ClientConfig {
        ca = List.copyOf(ca);
        if (server.getHost() == null || !("https".equals(server.getScheme()) || "http".equals(server.getScheme())))
            throw new IllegalArgumentException("server must be https://HOST[:PORT], was " + server);
        if (token != null && !server.getScheme().equals("https"))
            throw new IllegalArgumentException("a token is sent to https only, server was " + server);
    }

    /** For a machine whose clock is right. */
    public ClientConfig(URI server, List<X509Certificate> ca, @Nullable TlsIdentity identity) {
        this(server, ca, identity, null, null);
    }

    /** Without a token. */
    public ClientConfig(URI server, List<X509Certificate> ca, @Nullable TlsIdentity identity, @Nullable Times times) {
        this(server, ca, identity, times, null);
    }

    /** TLS as the client end of a connection speaks it. */
    public SSLContext tls() {
        return times == null ? Tls.context(identity, ca) : Tls.context(identity, ca, times::atLeast);
    }

    /**
     * What a request says in its header {@code Authorization}; null for nothing.
     *
     * @throws IOException if the token cannot be read
     */
    public @Nullable String authorization() throws IOException {
        return token == null ? null : "Bearer " + token.text();
    }

    String host() {
        var host = server.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        if (server.getPort() >= 0) return server.getPort();
        return secure() ? 443 : 80;
    }

    boolean secure() {
        return server.getScheme().equals("https");
    }

    /**
     * The API server as a program in a pod finds it, as the pod's service account (Kubernetes, "Accessing the Kubernetes
     * API from a Pod").
     *
     * @param environment with {@code KUBERNETES_SERVICE_HOST} and {@code KUBERNETES_SERVICE_PORT}
     * @param account the folder with {@code token} and {@code ca.crt}, usually {@link #SERVICE_ACCOUNT}
     * @throws IOException if this is no such pod; the message says what is missing
     */
    public static ClientConfig inCluster(Map<String, String> environment, Path account) throws IOException {
        var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty())
            throw new IOException("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: must be set in a pod");
        try {
            var ca = Pem.certificates(new String(read(account.resolve("ca.crt")), StandardCharsets.US_ASCII));
            var token = BearerToken.file(account.resolve("token"));
            var authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
            return new ClientConfig(URI.create("https://" + authority), ca, null, null, token);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s, KUBERNETES_SERVICE_HOST %s: %s".formatted(account, host, e.getMessage()), e);
        }
    }

    /**
     * The current context of a kubeconfig file. Certificates and keys may be given as base64 data or as files, whose
     * names are relative to the kubeconfig, and so may tokens; users with commands are not supported.
     *
     * @throws IOException if the file cannot be read or is not such a file; the message says what is missing
     */
    public static ClientConfig kubeconfig(Path file) throws IOException {
        try {
            return kubeconfig(file, Yaml.parse(read(file)));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static ClientConfig kubeconfig(Path file, Json config) throws IOException {
        var context = named(config, "contexts", "context", config.textOrEmpty("current-context"));
        var cluster = named(config, "clusters", "cluster", context.textOrEmpty("cluster"));
        var user = named(config, "users", "user", context.textOrEmpty("user"));
        var ca = data(file, cluster, "certificate-authority");
        var certificate = data(file, user, "client-certificate");
        var key = data(file, user, "client-key");
        return new ClientConfig(
                URI.create(cluster.textOrEmpty("server")),
                ca == null ? List.of() : Pem.certificates(ca),
                certificate == null || key == null
                        ? null
                        : new TlsIdentity(Pem.privateKey(key), Pem.certificates(certificate)),
                null,
                token(file, user));
    }

    private static @Nullable BearerToken token(Path file, Json user) {
        var path = user.textOrEmpty("tokenFile");
        if (!path.isEmpty()) return BearerToken.file(file.resolveSibling(path));
        var text = user.textOrEmpty("token");
        return text.isEmpty() ? null : BearerToken.of(text);
    }

    private static Json named(Json config, String list, String member, String name) {
        for (var item : config.items(list)) {
            if (name.equals(item.text("name"))) return item.object(member);
        }
        throw new IllegalArgumentException("%s has no entry named \"%s\"".formatted(list, name));
    }

    private static @Nullable String data(Path file, Json in, String name) throws IOException {
        var data = in.text(name + "-data");
        if (data != null) return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
        var path = in.text(name);
        if (path == null || path.isEmpty()) return null;
        return new String(read(file.resolveSibling(path)), StandardCharsets.US_ASCII);
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) throw new IOException("%s: longer than %d bytes".formatted(file, MAX_FILE));
        return Files.readAllBytes(file);
    }
}
