package io.smarter.pki;

import io.smarter.api.User;
import io.smarter.files.Disk;
import io.smarter.http.Pem;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The cloud's certificate authority and what it has issued to the cloud itself, kept in {@code pki/} of the data folder.
 * Immutable once opened, so safe for use by many threads.
 *
 * <p>Each key is on disk before the certificate that needs it, and every file appears whole or not at all. So a crash at
 * any moment leaves a key without its certificate at worst, and the next start issues that again. Only the authority's
 * own key is never replaced: everything that gateways trust hangs on it.
 */
public final class Pki {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(120);
    private static final List<String> NAMES = List.of(
            "localhost",
            "127.0.0.1",
            "::1",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local");
    private static final List<String> MASTERS = List.of(User.MASTERS);

    private final Path folder;
    private final Path kubeconfig;
    private final PkiIssuer issuer;
    private final TlsIdentity server;
    private final TlsIdentity admin;
    private final TlsIdentity controllers;
    private final AccountKey accountKey;
    private final String address;
    private final String intakeToken;

    private Pki(Path data, InetSocketAddress listen, List<String> extraNames) throws IOException {
        folder = data.resolve("pki");
        kubeconfig = data.resolve("admin.kubeconfig");
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        issuer = openAuthority();
        var names = names(listen, extraNames);
        server = identity(
                "server",
                own -> issuer.server(own, names, LIFE),
                old -> names(old).containsAll(names));
        admin = client("admin", "smarter-admin");
        controllers = client("controllers", "system:kube-controller-manager");
        accountKey = AccountKey.open(folder);
        address = server(listen);
        intakeToken = intakeToken(folder.resolve("intake.token"));
        var text = PkiKubeconfig.text(address, issuer.authority(), admin);
        if (!Files.exists(kubeconfig) || !Files.readString(kubeconfig).equals(text)) write(kubeconfig, text);
    }

    private static void write(Path file, String text) throws IOException {
        Disk.write(file, text.getBytes(StandardCharsets.UTF_8), Disk.PRIVATE);
    }

    /**
     * Reads what a data folder has and makes what it lacks, {@code admin.kubeconfig} included.
     *
     * @param listen the address that the server listens on; its port and host go into the kubeconfig
     * @param extraNames host names and addresses under which clients also reach the server
     * @throws IOException if a file cannot be read or written, or the authority's certificate has lost its key
     */
    public static Pki open(Path data, InetSocketAddress listen, List<String> extraNames) throws IOException {
        return new Pki(data, listen, extraNames);
    }

    /** The authority's certificate, which every client of ours trusts. */
    public X509Certificate authority() {
        return issuer.authority();
    }

    /** The API server's identity. */
    public TlsIdentity server() {
        // A gateway that joins knows the authority by its key alone and takes its certificate from this chain.
        return new TlsIdentity(server.key(), List.of(server.chain().getFirst(), issuer.authority()));
    }

    /** The identity of {@code admin.kubeconfig}: smarter-admin of system:masters. */
    public TlsIdentity admin() {
        return admin;
    }

    /** The identity of our own controllers. */
    public TlsIdentity controllers() {
        return controllers;
    }

    /** What signs the tokens of service accounts. */
    public AccountKey accountKey() {
        return accountKey;
    }

    /** The server's own URL, as the kubeconfig has it. */
    public String address() {
        return address;
    }

    /** The bearer token of the telemetry intake. */
    public String intakeToken() {
        return intakeToken;
    }

    /** Where {@code admin.kubeconfig} is. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /**
     * A client certificate for the key of a certificate request. Of its subject only the common name counts, which must
     * be {@code commonName}.
     *
     * @param csr PKCS#10 in PEM
     */
    public X509Certificate sign(String csr, String commonName, List<String> organizations, int days)
            throws PkiRequest.BadRequestException {
        var owner = PkiRequest.key(csr, commonName);
        return issuer.client(owner, new PkiSubject(commonName, organizations), Duration.ofDays(days));
    }

    /** A certificate for what somebody asked for and somebody else approved; it ends no later than the authority's. */
    public X509Certificate sign(PkiRequest request, List<String> usages, Duration life) {
        var left = Duration.between(Instant.now(), authority().getNotAfter().toInstant());
        return issuer.requested(request, usages, life.compareTo(left) < 0 ? life : left);
    }

    private PkiIssuer openAuthority() throws IOException {
        var certificateFile = folder.resolve("ca.crt");
        var keyFile = folder.resolve("ca.key");
        if (Files.exists(certificateFile)) {
            if (!Files.exists(keyFile))
                throw new IOException(keyFile + " is missing: restore it, nothing else has this key");
            var known = Pem.identity(certificateFile, keyFile);
            var certificate = known.chain().getFirst();
            if (!PkiKeys.match(known.key(), certificate.getPublicKey()))
                throw new IOException("%s is not the key of %s".formatted(keyFile, certificateFile));
            return new PkiIssuer(certificate, known.key());
        }
        // a key alone is what a crash left: no certificate of it was ever given to anyone
        var keys = Tls.newKeyPair();
        Pem.write(keyFile, keys.getPrivate());
        var certificate = PkiIssuer.selfSigned(keys, "smarter-ca", AUTHORITY_LIFE);
        Pem.write(certificateFile, List.of(certificate));
        return new PkiIssuer(certificate, keys.getPrivate());
    }

    private TlsIdentity client(String file, String commonName) throws IOException {
        return identity(file, own -> issuer.client(own, new PkiSubject(commonName, MASTERS), LIFE), _ -> true);
    }

    private TlsIdentity identity(
            String file, Function<PublicKey, X509Certificate> issue, Predicate<X509Certificate> stillRight)
            throws IOException {
        var certificateFile = folder.resolve(file + ".crt");
        var keyFile = folder.resolve(file + ".key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            var known = Pem.identity(certificateFile, keyFile);
            var certificate = known.chain().getFirst();
            if (isOurs(certificate)
                    && PkiKeys.match(known.key(), certificate.getPublicKey())
                    && stillRight.test(certificate)) return known;
        }
        KeyPair keys = Tls.newKeyPair();
        Pem.write(keyFile, keys.getPrivate());
        var certificate = issue.apply(keys.getPublic());
        Pem.write(certificateFile, List.of(certificate));
        return new TlsIdentity(keys.getPrivate(), List.of(certificate));
    }

    private boolean isOurs(X509Certificate certificate) {
        try {
            certificate.verify(issuer.authority().getPublicKey());
            return certificate.getNotAfter().toInstant().isAfter(Instant.now().plus(RENEW_BEFORE));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static SequencedSet<PkiName> names(InetSocketAddress listen, List<String> extraNames) {
        var names = new LinkedHashSet<PkiName>();
        NAMES.forEach(name -> names.add(PkiName.of(name)));
        extraNames.forEach(name -> names.add(PkiName.of(name)));
        var address = listen.getAddress();
        if (address != null && !address.isAnyLocalAddress()) names.add(PkiName.of(address));
        try {
            names.add(PkiName.of(InetAddress.getLocalHost().getHostName()));
        } catch (UnknownHostException e) {
            System.getLogger("io.smarter.pki")
                    .log(
                            System.Logger.Level.WARNING,
                            "this host has no name that resolves: %s".formatted(e.getMessage()));
        }
        return names;
    }

    private static SequencedSet<PkiName> names(X509Certificate certificate) {
        var names = new LinkedHashSet<PkiName>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives == null) return names;
            for (var alternative : alternatives) names.add(PkiName.of(String.valueOf(alternative.get(1))));
        } catch (CertificateParsingException e) {
            return new LinkedHashSet<>();
        }
        return names;
    }

    private static String server(InetSocketAddress listen) {
        var address = listen.getAddress();
        boolean anywhere = address == null || address.isAnyLocalAddress();
        var host = anywhere ? "127.0.0.1" : PkiName.of(address).text();
        return "https://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, listen.getPort());
    }

    private static String intakeToken(Path file) throws IOException {
        if (Files.exists(file)) {
            var known = Files.readString(file).strip();
            if (!known.isEmpty()) return known;
        }
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        write(file, token + "\n");
        return token;
    }
}
