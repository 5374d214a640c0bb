package io.smarter.client;

import io.smarter.http.Pem;
import io.smarter.http.Tls;
import io.smarter.http.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** An authority made by openssl, which also checks what our own requests say. */
final class TestPki {
    private final Path folder;

    TestPki(Path folder) throws Exception {
        this.folder = folder;
        Files.writeString(
                folder.resolve("ext"),
                "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n",
                StandardCharsets.US_ASCII);
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.crt",
                "-days",
                "1",
                "-subj",
                "/CN=test authority");
    }

    X509Certificate authority() throws IOException {
        return Pem.certificates(folder.resolve("ca.crt")).getFirst();
    }

    /** Signs a request of ours. */
    TlsIdentity identity(String name, List<String> organizations) throws Exception {
        var keys = Tls.newKeyPair();
        Files.writeString(folder.resolve("own.csr"), Pem.csr(keys, name, organizations), StandardCharsets.US_ASCII);
        openssl(
                "x509",
                "-req",
                "-in",
                "own.csr",
                "-CA",
                "ca.crt",
                "-CAkey",
                "ca.key",
                "-CAcreateserial",
                "-out",
                "own.crt",
                "-days",
                "1",
                "-extfile",
                "ext");
        var chain = new ArrayList<>(Pem.certificates(folder.resolve("own.crt")));
        chain.add(authority());
        return new TlsIdentity(keys.getPrivate(), chain);
    }

    private void openssl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + said);
    }
}
