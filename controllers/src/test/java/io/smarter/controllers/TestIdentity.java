package io.smarter.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.TlsIdentity;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** A key and a certificate for 127.0.0.1 that is its own authority. */
final class TestIdentity {
    private TestIdentity() {}

    static TlsIdentity make(Path folder) throws Exception {
        var store = folder.resolve("identity.p12");
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "me",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-ext",
                "BC=ca:true",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret");
        var process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
        var password = "secret".toCharArray();
        var keys = KeyStore.getInstance(store.toFile(), password);
        return new TlsIdentity(
                (PrivateKey) keys.getKey("me", password), List.of((X509Certificate) keys.getCertificate("me")));
    }
}
