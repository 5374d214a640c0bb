package io.smarter.gateway;

import io.smarter.client.ClientConfig;
import io.smarter.client.Times;
import io.smarter.files.Disk;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Pem;
import io.smarter.http.PinMismatchException;
import io.smarter.http.Response;
import io.smarter.http.Sockets;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is: {@code node.key}, {@code node.crt}, {@code ca.crt} and {@code server}.
 *
 * <p>A new key is on disk, in {@code new-node.key}, before a certificate is asked for it, and is used again when the
 * answer was lost. The certificate is written before the key moves to its place, and a key that belongs to the
 * certificate is moved when it is found: whatever the moment of a crash, certificate and key come to fit.
 */
final class Identity implements Renewal.Certificate {
    private static final int LARGEST_ANSWER = 1 << 20;
    private static final String SUBJECT = "system:node:";
    private static final String NEW_KEY = "new-node.key";

    private final Path folder;
    private final URI server;
    private final String name;
    private final Times times;

    /** The cloud answered and does not want this node: asking again would not help. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * The identity of a node, kept in a folder.
     *
     * @param times what is known of the time, and learns of it
     */
    Identity(Path folder, URI server, String name, Times times) {
        this.times = times;
        this.folder = folder;
        this.server = server;
        this.name = name;
    }

    /** Whether the node joined before. */
    boolean exists() {
        return Files.exists(folder.resolve("node.crt"));
    }

    /**
     * Makes sure that the identity, if there is one, is this node's.
     *
     * @throws IOException if it is another's: the folder is not the one that was meant
     */
    void check() throws IOException {
        if (!exists()) return;
        var subject = usable().chain().getFirst().getSubjectX500Principal().getName();
        var names = List.of(subject.split(",", -1));
        if (!names.contains("CN=" + SUBJECT + name))
            throw new IOException("%s holds the identity of another node (%s), not of %s"
                    .formatted(folder.getParent(), subject, name));
    }

    /** What the node shows to the cloud, and which cloud it trusts. */
    ClientConfig config() throws IOException {
        var own = usable();
        try {
            return new ClientConfig(server, Pem.certificates(folder.resolve("ca.crt")), own, times);
        } catch (IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private TlsIdentity usable() throws IOException {
        try {
            return own();
        } catch (IllegalArgumentException e) {
            throw unusable(e);
        }
    }

    private IOException unusable(IllegalArgumentException cause) {
        return new IOException("identity in %s is not usable: %s".formatted(folder, cause.getMessage()), cause);
    }

    /**
     * Gets a certificate for a token.
     *
     * @throws IOException if the cloud can't be reached, or refuses; the message is the cloud's
     */
    @Override
    public void join(JoinToken token) throws IOException {
        var body = Json.obj("token", token.text(), "name", name, "csr", csr());
        try {
            take(post(Tls.pinned(token.pin()), "/join", body));
        } catch (IOException e) {
            if (!PinMismatchException.caused(e)) throw e;
            throw new RefusedException(
                    "%s is not the cloud that the token is for: its key is another".formatted(server));
        }
    }

    /** Asks with the key that is, even where its certificate expired, for a certificate of a new key. */
    @Override
    public void renew() throws IOException {
        take(post(config().tls(), "/renew", Json.obj("csr", csr())));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Instant end() throws IOException {
        return own().chain().getFirst().getNotAfter().toInstant();
    }

    /** When two thirds of the certificate's time are over. */
    @Override
    public Instant renewAt() throws IOException {
        var certificate = own().chain().getFirst();
        var from = certificate.getNotBefore().toInstant();
        return from.plus(Duration.between(from, certificate.getNotAfter().toInstant())
                .multipliedBy(2)
                .dividedBy(3));
    }

    private TlsIdentity own() throws IOException {
        var next = kept(folder.resolve(NEW_KEY));
        var certificate = Pem.certificates(folder.resolve("node.crt")).getFirst();
        if (next != null && next.getPublic().equals(certificate.getPublicKey())) takeKey(next);
        return Pem.identity(folder.resolve("node.crt"), folder.resolve("node.key"));
    }

    /** A request for the key that is to be the next one. */
    private String csr() throws IOException {
        var keys = nextKeys();
        return Pem.csr(keys, SUBJECT + name, List.of("system:nodes"));
    }

    private KeyPair nextKeys() throws IOException {
        var file = folder.resolve(NEW_KEY);
        var kept = kept(file);
        if (kept != null) return kept;
        var keys = Tls.newKeyPair();
        DataFolder.write(
                file, (Pem.text(keys.getPrivate()) + publicText(keys.getPublic())).getBytes(StandardCharsets.US_ASCII));
        return keys;
    }

    private static String publicText(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** The keys in a file; null when there are none that can be used. */
    private static @Nullable KeyPair kept(Path file) throws IOException {
        if (!Files.exists(file)) return null;
        var text = Files.readString(file);
        int begin = text.indexOf("-----BEGIN PUBLIC KEY-----");
        int end = text.indexOf("-----END PUBLIC KEY-----");
        if (begin < 0 || end < begin) return null;
        try {
            var der = Base64.getMimeDecoder().decode(text.substring(begin + 26, end));
            var key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
            return new KeyPair(key, Pem.privateKey(text));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }

    private Json post(SSLContext context, String path, Json.Obj body) throws IOException {
        var host = server.getHost();
        int port = server.getPort() < 0 ? 443 : server.getPort();
        try (var connection = Http2Connection.client(Sockets.tls(host, port, context, "h2"))) {
            var headers = Headers.of("content-type", "application/json", "host", host + ":" + port);
            var answer = connection.send("POST", path, headers, body.bytes(), LARGEST_ANSWER);
            times.told(answer.headers().first("date", ""));
            return checked(answer, path);
        }
    }

    private static Json checked(Response answer, String path) throws IOException {
        Json tree;
        try {
            tree = Json.parse(answer.body());
        } catch (JsonException e) {
            throw new IOException("%s: the cloud answered %d without JSON".formatted(path, answer.status()), e);
        }
        if (answer.ok()) return tree;
        var message = tree.textOrEmpty("message");
        var text = "%s: the cloud answered %d: %s".formatted(path, answer.status(), message);
        throw answer.status() < 500 ? new RefusedException(text) : new IOException(text);
    }

    /** Keeps what the cloud answered. */
    private void take(Json answer) throws IOException {
        List<X509Certificate> own;
        List<X509Certificate> authorities;
        try {
            own = Pem.certificates(answer.textOrEmpty("certificate"));
            authorities = Pem.certificates(answer.textOrEmpty("ca"));
        } catch (IllegalArgumentException e) {
            throw new IOException("the cloud's certificate is not usable: " + e.getMessage(), e);
        }
        var next = nextKeys();
        if (!next.getPublic().equals(own.getFirst().getPublicKey()))
            throw new IOException("the cloud's certificate is for another key");
        write("ca.crt", Pem.text(authorities));
        write("server", server + "\n");
        write("node.crt", Pem.text(own));
        takeKey(next);
    }

    private void takeKey(KeyPair keys) throws IOException {
        write("node.key", Pem.text(keys.getPrivate()));
        Disk.delete(folder.resolve(NEW_KEY));
    }

    private void write(String file, String text) throws IOException {
        DataFolder.write(folder.resolve(file), text.getBytes(StandardCharsets.US_ASCII));
    }
}
