package io.smarter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PemTest {
    @TempDir
    private Path folder;

    @Test
    void requestIsWhatOpensslSaysItIs() throws Exception {
        var csr = Pem.csr(Tls.newKeyPair(), "system:node:gärtnerei", List.of("system:nodes", "second"));
        Files.writeString(folder.resolve("a.csr"), csr, StandardCharsets.US_ASCII);
        var said = openssl("req", "-verify", "-in", "a.csr", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus");
        assertThat(said)
                .contains("verify OK", "O=system:nodes,O=second,CN=system:node:gärtnerei")
                .contains("prime256v1", "ecdsa-with-SHA256");
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                argumentSet(
                        "EC in PKCS#8",
                        "EC",
                        List.of("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")),
                argumentSet("EC in SEC 1", "EC", List.of("ecparam", "-genkey", "-noout", "-name", "prime256v1")),
                argumentSet("EC in SEC 1 with parameters", "EC", List.of("ecparam", "-genkey", "-name", "prime256v1")),
                argumentSet("RSA in PKCS#1", "RSA", List.of("genrsa", "-traditional", "2048")),
                argumentSet("RSA in PKCS#8", "RSA", List.of("genrsa", "2048")));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void readsKeysThatOpensslWrites(String algorithm, List<String> command) throws Exception {
        var pem = openssl(command.toArray(String[]::new));
        var key = Pem.privateKey(pem);
        assertThat(key.getAlgorithm()).isEqualTo(algorithm);
        assertThat(Pem.privateKey(Pem.text(key))).isEqualTo(key);
    }

    @Test
    void opensslReadsKeysInSec1() throws Exception {
        for (int i = 0; i < 50; i++) { // a scalar in 256 is shorter than the others
            var keys = Tls.newKeyPair();
            var key = (ECPrivateKey) keys.getPrivate();
            var pem = Pem.sec1(key, (ECPublicKey) keys.getPublic());
            assertThat(((ECPrivateKey) Pem.privateKey(pem)).getS()).isEqualTo(key.getS());
            if (i > 0) continue;
            Files.writeString(folder.resolve("sec1.key"), pem);
            assertThat(openssl("ec", "-in", "sec1.key")).contains(pem);
            assertThat(openssl("pkey", "-in", "sec1.key", "-pubout"))
                    .contains(Base64.getEncoder()
                            .encodeToString(keys.getPublic().getEncoded())
                            .substring(0, 60));
        }
    }

    @Test
    void certificatesSurviveTheirFile() throws Exception {
        var one = new TestAuthority("one").certificate();
        var two = new TestAuthority("two").certificate();
        var file = folder.resolve("chain.crt");
        Pem.write(file, List.of(one, two));
        assertThat(Pem.certificates(file)).containsExactly(one, two);
        assertThat(Pem.certificates("some words\n" + Pem.text(two))).containsExactly(two);
        var pin = MessageDigest.getInstance("SHA-256").digest(one.getPublicKey().getEncoded());
        assertThat(Pem.spkiSha256(one)).isEqualTo(pin);
        assertThat(openssl("x509", "-in", "chain.crt", "-noout", "-subject")).contains("one");
    }

    @Test
    void keyFileIsForItsOwnerAlone() throws Exception {
        var file = folder.resolve("own.key");
        Files.writeString(file, "old", StandardCharsets.US_ASCII);
        var key = Tls.newKeyPair().getPrivate();
        Pem.write(file, key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Pem.privateKey(file)).isEqualTo(key);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                argumentSet("nothing", "", "no CERTIFICATE block"),
                argumentSet("no end", "-----BEGIN CERTIFICATE-----\nAAAA\n", "has no end"),
                argumentSet(
                        "not DER", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
                argumentSet("not base64", "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "not base64"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhatIsWrong(String pem, String message) {
        assertThatThrownBy(() -> Pem.certificates(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void lengthsAndNumbersAreInTheirShortestForm() {
        assertThat(HexFormat.of().formatHex(Der.oid("1.2.840.113549.1.1.1"))).isEqualTo("06092a864886f70d010101");
        assertThat(HexFormat.of().formatHex(Der.oid("2.5.4.3"))).isEqualTo("0603550403");
        assertThat(Der.octets(new byte[127])).startsWith(4, 127).hasSize(129);
        assertThat(Der.octets(new byte[128])).startsWith(4, 0x81, 128).hasSize(131);
        assertThat(Der.octets(new byte[256])).startsWith(4, 0x82, 1, 0).hasSize(260);
        assertThat(Der.octets(new byte[65_536])).startsWith(4, 0x83, 1, 0, 0).hasSize(65_541);
    }

    private String openssl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
