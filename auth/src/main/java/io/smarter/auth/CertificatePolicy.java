package io.smarter.auth;

import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.pki.PkiRequest;
import io.smarter.requests.RequestPath;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.ApiRequest;
import io.smarter.types.CertificateStrategy;
import io.smarter.types.Types;

/**
 * Who may decide over certificate signing requests: whoever may {@code approve}, or {@code sign}, for the signer in question
 * (Kubernetes "Certificate signing requests", "Authorization"). Nobody gets a certificate of system:masters that way.
 */
final class CertificatePolicy {
    private final Authorization authorization;

    CertificatePolicy(Authorization authorization) {
        this.authorization = authorization;
    }

    /** Refuses what is written to a request, or a part of it; {@code old} is empty when it is made. */
    void check(ApiRequest request, Json.Obj sent, Json.Obj old) {
        if (!request.type().resource().equals(Types.CERTIFICATE_REQUESTS)) return;
        switch (request.subresource()) {
            case "approval" -> require(request, "approve", old);
            case "status" -> {
                boolean failed = CertificateStrategy.is(sent, CertificateStrategy.FAILED)
                        != CertificateStrategy.is(old, "Failed");
                if (failed || !SchemaValues.sameAt(sent, old, "status", "certificate")) require(request, "sign", old);
            }
            default -> {
                if (old.members().isEmpty()) refuseMasters(sent);
            }
        }
    }

    private void require(ApiRequest request, String verb, Json.Obj old) {
        var signer = old.textOrEmpty("spec", "signerName");
        int slash = signer.indexOf('/');
        if (may(request, verb, signer) || slash > 0 && may(request, verb, signer.substring(0, slash) + "/*")) return;
        throw Status.forbidden(
                        Types.CERTIFICATE_REQUESTS,
                        request.name(),
                        "user not permitted to %s requests with signerName \"%s\"".formatted(verb, signer))
                .error();
    }

    private boolean may(ApiRequest request, String verb, String signer) {
        var target = new RequestPath(Types.CERTIFICATE_REQUESTS.group(), "*", "", "signers", signer, "");
        return authorization.decide(Attributes.of(request.user(), verb, target)).allowed();
    }

    private static void refuseMasters(Json.Obj sent) {
        if (!sent.textOrEmpty("spec", "signerName").equals(CertificateRules.CLIENT)) return;
        try {
            var subject =
                    PkiRequest.ofBase64(sent.textOrEmpty("spec", "request")).subject();
            if (subject.organizations().contains(User.MASTERS))
                throw Status.forbidden(
                                Types.CERTIFICATE_REQUESTS,
                                sent.textOrEmpty("metadata", "name"),
                                "use of %s signer with %s group is not allowed"
                                        .formatted(CertificateRules.CLIENT, User.MASTERS))
                        .error();
        } catch (PkiRequest.BadRequestException e) {
            // its own check says so
        }
    }
}
