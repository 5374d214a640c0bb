package io.smarter.client;

import io.smarter.http.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an API server is and how both sides prove who they are.
 *
 * @param server such as {@code https://10.0.0.1:6443}
 * @param ca the authorities of which one must have signed the server's certificate
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"}) // signatures first; bodies follow
public record ClientConfig(
        URI server, List<X509Certificate> ca, @Nullable TlsIdentity identity) {
    public ClientConfig {
        ca = List.copyOf(ca);
    }

    /** The current context of a kubeconfig file. */
    public static ClientConfig kubeconfig(Path file) throws IOException {
        throw new UnsupportedOperationException();
    }
}
