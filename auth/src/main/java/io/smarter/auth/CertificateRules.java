package io.smarter.auth;

import io.smarter.api.User;
import io.smarter.pki.PkiRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the signers of this cloud sign (Kubernetes "Certificates and Certificate Signing Requests", "Kubernetes signers"). */
final class CertificateRules {
    static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";

    private static final Set<String> SIGNERS = Set.of(CLIENT, KUBELET_CLIENT, KUBELET_SERVING);

    private CertificateRules() {}

    static boolean knows(String signer) {
        return SIGNERS.contains(signer);
    }

    /** Why a request is not one that a signer signs; empty if it is. */
    static String problem(String signer, PkiRequest request, List<String> usages) {
        return switch (signer) {
            case CLIENT -> clientUsages(usages);
            case KUBELET_CLIENT -> kubeletClient(request, usages);
            case KUBELET_SERVING -> kubeletServing(request, usages);
            default -> "unrecognized signerName: \"" + signer + '"';
        };
    }

    private static String clientUsages(List<String> usages) {
        for (var usage : usages)
            if (!List.of("digital signature", "key encipherment", "client auth").contains(usage))
                return "invalid usage for client certificate: " + usage;
        return usages.contains("client auth") ? "" : "missing required usage for client certificate: client auth";
    }

    private static String kubeletClient(PkiRequest request, List<String> usages) {
        if (!request.subject().organizations().equals(List.of(User.NODES)))
            return "subject organization is not system:nodes";
        var names = request.names();
        if (!names.dns().isEmpty()) return "DNS subjectAltNames are not allowed";
        if (!names.emails().isEmpty()) return "Email subjectAltNames are not allowed";
        if (!names.addresses().isEmpty()) return "IP subjectAltNames are not allowed";
        if (!names.uris().isEmpty()) return "URI subjectAltNames are not allowed";
        return node(request, usages, "client auth");
    }

    private static String kubeletServing(PkiRequest request, List<String> usages) {
        if (!request.subject().organizations().equals(List.of(User.NODES)))
            return "subject organization is not system:nodes";
        var names = request.names();
        if (names.dns().isEmpty() && names.addresses().isEmpty()) return "DNS or IP subjectAltName is required";
        if (!names.emails().isEmpty()) return "Email subjectAltNames are not allowed";
        if (!names.uris().isEmpty()) return "URI subjectAltNames are not allowed";
        return node(request, usages, "server auth");
    }

    private static String node(PkiRequest request, List<String> usages, String purpose) {
        var needed = new ArrayList<>(List.of("digital signature", purpose));
        var most = new ArrayList<>(List.of("digital signature", "key encipherment", purpose));
        if (!usages.containsAll(needed) || !most.containsAll(usages)) return "usages did not match " + most;
        if (!request.subject().commonName().startsWith(User.NODE))
            return "subject common name does not begin with system:node: ";
        return "";
    }
}
