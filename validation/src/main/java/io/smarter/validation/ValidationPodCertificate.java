package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with a certificate that a volume shows to its pod (Kubernetes "Pod certificates"). */
final class ValidationPodCertificate {
    private static final List<String> KEY_TYPES =
            List.of("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519");
    private static final List<String> PATHS = List.of("credentialBundlePath", "keyPath", "certificateChainPath");
    private static final int SHORTEST_SECONDS = 3600;
    private static final int LONGEST_SECONDS = 91 * 24 * 3600;

    private ValidationPodCertificate() {}

    static void check(ValidationReport report, Json certificate, String path) {
        ValidationCertificate.signer(report, path + ".signerName", certificate.textOrEmpty("signerName"));
        var keyType = certificate.textOrEmpty("keyType");
        if (!KEY_TYPES.contains(keyType)) report.unsupported(path + ".keyType", keyType, KEY_TYPES);
        report.range(certificate, path, "maxExpirationSeconds", SHORTEST_SECONDS, LONGEST_SECONDS);
        var paths = PATHS.stream()
                .filter(member -> !certificate.textOrEmpty(member).isEmpty())
                .toList();
        report.needed(
                paths.isEmpty(),
                path,
                "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
        for (var member : paths)
            ValidationVolumes.relative(report, path + "." + member, certificate.textOrEmpty(member));
    }
}
