package io.smarter.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.http.Pem;
import io.smarter.http.Tls;
import io.smarter.json.Json;
import io.smarter.json.Yaml;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PkiTest {
    private static final InetSocketAddress LISTEN = new InetSocketAddress("10.1.2.3", 6443);

    @TempDir
    private Path data;

    private Pki pki;

    @BeforeEach
    void open() throws IOException {
        pki = Pki.open(data, LISTEN, List.of("cloud.example"));
    }

    private Pki reopen(String... names) throws IOException {
        return Pki.open(data, LISTEN, List.of(names));
    }

    private static List<String> names(X509Certificate certificate) throws Exception {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    @Test
    void issuesWhatTheCloudNeeds() throws Exception {
        var server = pki.server().chain().getFirst();
        server.verify(pki.authority().getPublicKey());
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(names(server))
                .contains(
                        "localhost",
                        "127.0.0.1",
                        "0:0:0:0:0:0:0:1",
                        "kubernetes.default.svc",
                        "10.1.2.3",
                        "cloud.example");
        assertThat(PkiSubject.of(pki.admin().chain().getFirst()))
                .isEqualTo(new PkiSubject("smarter-admin", List.of("system:masters")));
        assertThat(PkiSubject.of(pki.controllers().chain().getFirst()))
                .isEqualTo(new PkiSubject("system:kube-controller-manager", List.of("system:masters")));
        assertThat(pki.authority().getBasicConstraints()).isNotNegative();
        assertThat(server.getBasicConstraints()).isNegative();
    }

    @Test
    void keepsEverythingOverAStart() throws IOException {
        var again = reopen("cloud.example");
        assertThat(again.authority()).isEqualTo(pki.authority());
        assertThat(again.server().chain()).isEqualTo(pki.server().chain());
        assertThat(again.admin().chain()).isEqualTo(pki.admin().chain());
        assertThat(again.intakeToken()).isEqualTo(pki.intakeToken()).hasSize(43);
    }

    @Test
    void issuesAnotherServerCertificateForAnotherName() throws Exception {
        var again = reopen("other.example");
        assertThat(again.server().chain()).isNotEqualTo(pki.server().chain());
        assertThat(names(again.server().chain().getFirst())).contains("other.example");
        assertThat(again.authority()).isEqualTo(pki.authority());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"server.crt", "server.key", "admin.crt", "admin.key", "intake.token", "../admin.kubeconfig"})
    void makesAgainWhatIsMissing(String file) throws IOException {
        Files.delete(data.resolve("pki").resolve(file));
        var again = reopen("cloud.example");
        assertThat(data.resolve("pki").resolve(file)).exists();
        assertThat(again.authority()).isEqualTo(pki.authority());
    }

    @Test
    void issuesAgainWhenAKeyWasReplacedWithoutItsCertificate() throws IOException {
        Pem.write(data.resolve("pki/server.key"), Tls.newKeyPair().getPrivate());
        var again = reopen("cloud.example").server();
        assertThat(PkiKeys.match(again.key(), again.chain().getFirst().getPublicKey()))
                .isTrue();
    }

    @Test
    void neverReplacesTheAuthority() throws IOException {
        var key = data.resolve("pki/ca.key");
        Pem.write(key, Tls.newKeyPair().getPrivate());
        assertThatThrownBy(this::reopen).isInstanceOf(IOException.class).hasMessageContaining("is not the key of");
        Files.delete(key);
        assertThatThrownBy(this::reopen).isInstanceOf(IOException.class).hasMessageContaining("ca.key is missing");
    }

    @Test
    void keepsSecretsToItsOwner() throws IOException {
        for (var file :
                List.of("pki/ca.key", "pki/server.key", "pki/admin.key", "pki/intake.token", "admin.kubeconfig"))
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
    }

    @Test
    void writesAKubeconfigWithEverythingInIt() throws Exception {
        var config = Yaml.parse(Files.readAllBytes(pki.kubeconfig()));
        var cluster = config.items("clusters").getFirst();
        assertThat(cluster.text("cluster", "server")).isEqualTo("https://10.1.2.3:6443");
        assertThat(decode(cluster, "cluster", "certificate-authority-data")).isEqualTo(Pem.text(pki.authority()));
        var user = config.items("users").getFirst();
        assertThat(decode(user, "user", "client-certificate-data"))
                .isEqualTo(Pem.text(pki.admin().chain()));
        var key = decode(user, "user", "client-key-data");
        assertThat(key).as("Java clients read the kind from the label").startsWith("-----BEGIN EC PRIVATE KEY-----");
        assertThat(((ECPrivateKey) Pem.privateKey(key)).getS())
                .isEqualTo(((ECPrivateKey) pki.admin().key()).getS());
    }

    private static String decode(Json from, String... path) {
        return new String(Base64.getDecoder().decode(from.textOrEmpty(path)), StandardCharsets.US_ASCII);
    }

    @Test
    void signsForTheRequestedKeyAndTheGivenName() throws Exception {
        var keys = Tls.newKeyPair();
        var csr = Pem.csr(keys, "system:node:edge", List.of("system:masters"));
        var certificate = pki.sign(csr, "system:node:edge", List.of("system:nodes"), 365);
        certificate.verify(pki.authority().getPublicKey());
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(PkiSubject.of(certificate)).isEqualTo(new PkiSubject("system:node:edge", List.of("system:nodes")));
    }

    @Test
    void signsForRsaKeysToo() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var keys = generator.generateKeyPair();
        var info = PkiDer.sequence(
                PkiDer.integer(BigInteger.ZERO),
                new PkiSubject("system:node:edge", List.of("any")).name(),
                keys.getPublic().getEncoded(),
                PkiDer.value(0xa0));
        var signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(keys.getPrivate());
        signer.update(info);
        var algorithm = PkiDer.sequence(PkiDer.oid("2a864886f70d01010b"), PkiDer.value(5));
        var der = PkiDer.sequence(info, algorithm, PkiDer.bits(0, signer.sign()));
        var csr = "-----BEGIN CERTIFICATE REQUEST-----\n%s\n-----END CERTIFICATE REQUEST-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(der));
        var certificate = pki.sign(csr, "system:node:edge", List.of("system:nodes"), 1);
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
    }

    @Test
    void refusesRequestsThatItShouldNotSign() throws Exception {
        var keys = Tls.newKeyPair();
        assertRefused(Pem.csr(keys, "system:node:other", List.of()), "common name must be system:node:edge");
        assertRefused("hello", "is not a CERTIFICATE REQUEST");
        assertRefused(Pem.text(pki.authority()), "is not a CERTIFICATE REQUEST");
        for (int cut = 60; cut < 350; cut += 29) {
            var csr = Pem.csr(keys, "system:node:edge", List.of());
            assertRefused(csr.substring(0, cut) + "\n-----END CERTIFICATE REQUEST-----\n", "csr ");
        }
        assertRefused("x".repeat(20_000), "longer than");
        var small = KeyPairGenerator.getInstance("EC");
        small.initialize(new java.security.spec.ECGenParameterSpec("secp384r1"));
        assertRefused(Pem.csr(small.generateKeyPair(), "system:node:edge", List.of()), "must be EC P-256");
        var foreign = new java.security.KeyPair(Tls.newKeyPair().getPublic(), keys.getPrivate());
        assertRefused(Pem.csr(foreign, "system:node:edge", List.of()), "not signed by its own key");
    }

    private void assertRefused(String csr, String why) {
        assertThatThrownBy(() -> pki.sign(csr, "system:node:edge", List.of(), 1))
                .isInstanceOf(PkiRequest.BadRequestException.class)
                .hasMessageContaining(why);
    }
}
