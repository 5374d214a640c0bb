package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.pki.PkiRequest;
import io.smarter.schema.ValidationReport;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says what is wrong with a certificate signing request. */
public final class ValidationCertificate {
    public static final String APPROVED = "Approved";
    public static final String DENIED = "Denied";
    public static final String FAILED = "Failed";

    private static final long SHORTEST_SECONDS = 600;
    private static final List<String> TRUE = List.of("True");
    private static final List<String> ANY = List.of("False", "True", "Unknown");
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    private ValidationCertificate() {}

    public static void request(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        try {
            PkiRequest.ofBase64(spec.textOrEmpty("request"));
        } catch (PkiRequest.BadRequestException e) {
            report.invalid("spec.request", spec.textOrEmpty("request"), String.valueOf(e.getMessage()));
        }
        usages(report, spec);
        signer(report, "spec.signerName", spec.textOrEmpty("signerName"));
        if (spec.at("expirationSeconds") instanceof Json.Num seconds && seconds.asLong() < SHORTEST_SECONDS)
            report.invalid(
                    "spec.expirationSeconds",
                    seconds.asLong(),
                    "may not specify a duration less than 600 seconds (10 minutes)");
    }

    private static void usages(ValidationReport report, Json.Obj spec) {
        var usages = spec.items("usages");
        if (usages.isEmpty()) report.required("spec.usages", "");
        var seen = new HashSet<Json>();
        for (int i = 0; i < usages.size(); i++) {
            var usage = usages.get(i) instanceof Json.Str(var text) ? text : "";
            if (!USAGES.contains(usage)) report.unsupported("spec.usages[" + i + "]", usage, USAGES);
            if (!seen.add(usages.get(i))) report.duplicate("spec.usages[" + i + "]", usage);
        }
    }

    static void signer(ValidationReport report, String field, String name) {
        if (name.isEmpty()) {
            report.required(field, "");
            return;
        }
        if (name.equals("kubernetes.io/legacy-unknown")) {
            report.invalid(field, name, "the legacy signerName is not allowed via this API version");
            return;
        }
        var parts = name.split("/", -1);
        if (parts.length != 2) {
            report.invalid(
                    field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        report.invalid(field, parts[0], Names.subdomain(parts[0]));
        if (parts[0].indexOf('.') < 0)
            report.invalid(field, parts[0], "should be a domain with at least two segments separated by dots");
        report.invalid(field, parts[1], Names.subdomain(parts[1]));
    }

    public static void conditions(ValidationReport report, Json.Obj object) {
        var seen = new HashSet<String>();
        int index = 0;
        for (var condition : object.items("status", "conditions")) {
            var at = "status.conditions[" + index++ + "]";
            var type = condition.textOrEmpty("type");
            var status = condition.textOrEmpty("status");
            boolean decides = List.of(APPROVED, DENIED, FAILED).contains(type);
            var allowed = decides ? TRUE : ANY;
            report.text(condition, at, "type");
            if (status.isEmpty()) report.required(at + ".status", "");
            else if (!allowed.contains(status)) report.unsupported(at + ".status", status, allowed);
            if (contradicts(seen, type))
                report.invalid(at + ".type", type, "Approved and Denied conditions are mutually exclusive");
            if (!seen.add(type)) report.duplicate(at + ".type", type);
        }
    }

    private static boolean contradicts(Set<String> seen, String type) {
        return type.equals(APPROVED) && seen.contains(DENIED) || type.equals(DENIED) && seen.contains(APPROVED);
    }

    /** @param base64 one or more certificates in PEM */
    public static void certificate(ValidationReport report, String base64) {
        try {
            var pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            if (Pem.certificates(pem).isEmpty())
                report.invalid(
                        "status.certificate", "<certificate data>", "must contain at least one CERTIFICATE PEM block");
        } catch (IllegalArgumentException e) {
            report.invalid("status.certificate", "<certificate data>", String.valueOf(e.getMessage()));
        }
    }
}
