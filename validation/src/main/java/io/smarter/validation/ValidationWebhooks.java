package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.cel.CelCheck.Known;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/** Says what is wrong with the configuration of webhooks. Pure functions. */
public final class ValidationWebhooks {
    private static final int LONGEST_TIMEOUT = 30;
    private static final int MAX_PORT = 65_535;

    private ValidationWebhooks() {}

    static void configuration(ValidationReport report, Json.Obj object) {
        var names = PolicyTypes.asking(PolicyTypes.names(Known.NOTHING, null));
        var seen = new HashSet<String>();
        int index = 0;
        for (var webhook : object.items("webhooks")) {
            var at = "webhooks[" + index++ + "]";
            var name = webhook.textOrEmpty("name");
            name(report, webhook, at);
            if (!seen.add(name)) report.duplicate(at + ".name", name);
            int rule = 0;
            for (var one : webhook.items("rules")) ValidationPolicies.rule(report, one, at + ".rules[" + rule++ + "]");
            effects(report, webhook, at);
            report.range(webhook, at, "timeoutSeconds", 1, LONGEST_TIMEOUT);
            ValidationPolicies.selector(report, webhook, at, "namespaceSelector");
            ValidationPolicies.selector(report, webhook, at, "objectSelector");
            reviewVersions(report, webhook.items("admissionReviewVersions"), at + ".admissionReviewVersions");
            client(report, webhook.object("clientConfig"), at + ".clientConfig");
            ValidationPolicies.conditions(report, webhook, at, names);
        }
    }

    private static void name(ValidationReport report, Json webhook, String path) {
        var name = webhook.textOrEmpty("name");
        if (!report.text(webhook, path, "name")) return;
        report.invalid(path + ".name", name, Names.subdomain(name));
        if (name.split("\\.").length < 3)
            report.invalid(path + ".name", name, "should be a domain with at least three segments separated by dots");
    }

    private static void effects(ValidationReport report, Json webhook, String path) {
        var known = List.of("None", "NoneOnDryRun");
        var effects = webhook.textOrEmpty("sideEffects");
        if (effects.isEmpty()) report.required(path + ".sideEffects", "must specify one of None, NoneOnDryRun");
        else if (!known.contains(effects)) report.unsupported(path + ".sideEffects", effects, known);
    }

    public static void reviewVersions(ValidationReport report, List<Json> versions, String path) {
        if (versions.isEmpty()) {
            report.required(path, "must specify one of v1, v1beta1");
            return;
        }
        if (!versions.contains(Json.of("v1")) && !versions.contains(Json.of("v1beta1")))
            report.invalid(path, new Json.Arr(versions).compact(), "must include at least one of v1, v1beta1");
        if (new HashSet<>(versions).size() < versions.size()) report.invalid(path, "", "duplicate version");
    }

    /** How a webhook is reached. */
    public static void client(ValidationReport report, Json.Obj client, String path) {
        boolean url = client.has("url");
        boolean service = client.has("service");
        if (url == service) {
            report.required(path, "exactly one of url or service is required");
            return;
        }
        if (url) url(report, client.textOrEmpty("url"), path + ".url");
        else service(report, client.object("service"), path + ".service");
        if (!client.textOrEmpty("caBundle").isEmpty() && !isBundle(client.textOrEmpty("caBundle")))
            report.invalid(
                    path + ".caBundle", "", "unable to load root certificates: unable to parse bytes as PEM block");
    }

    private static boolean isBundle(String encoded) {
        try {
            var text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
            return !Pem.certificates(text).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void url(ValidationReport report, String text, String path) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            report.required(path, "url must be a valid URL: " + e.getMessage());
            return;
        }
        var form = "; desired format: https://host[/path]";
        if (!"https".equals(url.getScheme()))
            report.invalid(path, text, "'https' is the only allowed URL scheme" + form);
        if (url.getHost() == null) report.invalid(path, text, "host must be specified" + form);
        if (url.getUserInfo() != null) report.invalid(path, text, "user information is not permitted in the URL");
        if (url.getFragment() != null) report.invalid(path, text, "fragments are not permitted in the URL");
        if (url.getQuery() != null) report.invalid(path, text, "query parameters are not permitted in the URL");
    }

    private static void service(ValidationReport report, Json.Obj service, String path) {
        var name = service.textOrEmpty("name");
        if (name.isEmpty()) report.required(path + ".name", "service name is required");
        if (service.textOrEmpty("namespace").isEmpty())
            report.required(path + ".namespace", "service namespace is required");
        long port = service.number(443, "port");
        if (port < 1 || port > MAX_PORT)
            report.invalid(path + ".port", port, "port is not valid: must be between 1 and 65535, inclusive");
        var at = service.textOrEmpty("path");
        if (at.isEmpty() || at.equals("/")) return;
        if (!at.startsWith("/")) report.invalid(path + ".path", at, "must start with a '/'");
        else if (at.contains("//")) report.invalid(path + ".path", at, "segment may not be empty");
    }
}
