package io.smarter.pki;

import io.smarter.http.Pem;
import io.smarter.http.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;

/** The text of a kubeconfig with everything in it. */
final class PkiKubeconfig {
    private PkiKubeconfig() {}

    static String text(String server, X509Certificate authority, TlsIdentity user) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: smarter
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: smarter-admin
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: smarter
                  context:
                    cluster: smarter
                    user: smarter-admin
                current-context: smarter
                """.formatted(server, base64(Pem.text(authority)), base64(Pem.text(user.chain())), base64(key(user)));
    }

    private static String key(TlsIdentity user) {
        return user.key() instanceof ECPrivateKey key
                        && user.chain().getFirst().getPublicKey() instanceof ECPublicKey of
                ? Pem.sec1(key, of)
                : Pem.text(user.key());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
