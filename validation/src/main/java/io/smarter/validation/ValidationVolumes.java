package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says what is wrong with the volumes of a pod and with their mounts. */
final class ValidationVolumes {
    private static final int MAX_MODE = 0777;
    private static final String MODE_RULE = "must be a number between 0 and 0777 (octal), both inclusive";

    private ValidationVolumes() {}

    /** Checks the volumes and gives their names. */
    static Set<String> check(ValidationReport report, Json spec, String path) {
        var names = new HashSet<String>();
        int index = 0;
        for (var volume : spec.items("volumes")) {
            var at = path + ".volumes[" + index++ + "]";
            var name = volume.textOrEmpty("name");
            if (name.isEmpty()) report.required(at + ".name", "");
            else report.invalid(at + ".name", name, Names.label(name));
            if (!name.isEmpty() && !names.add(name)) report.duplicate(at + ".name", name);
            if (volume instanceof Json.Obj object) source(report, object.without("name"), at);
        }
        return names;
    }

    private static void source(ValidationReport report, Json.Obj sources, String path) {
        if (sources.members().isEmpty()) report.required(path, "must specify a volume type");
        boolean first = true;
        for (var source : sources.members().entrySet()) {
            var at = path + "." + source.getKey();
            if (!first) report.forbidden(at, "may not specify more than 1 volume type");
            first = false;
            var value = source.getValue();
            switch (source.getKey()) {
                case "hostPath" -> {
                    if (report.text(value, at, "path")) noBackstep(report, at + ".path", value.textOrEmpty("path"));
                }
                case "secret" -> {
                    report.text(value, at, "secretName");
                    items(report, value, at);
                }
                case "configMap" -> {
                    report.text(value, at, "name");
                    items(report, value, at);
                }
                case "emptyDir" -> {
                    if (Quantity.parse(value.object().texts().getOrDefault("sizeLimit", "0"))
                                    .signum()
                            < 0)
                        report.forbidden(at + ".sizeLimit", "SizeLimit field must be a valid resource quantity");
                }
                case "downwardAPI" -> downward(report, value, at);
                case "projected" -> projected(report, value, at);
                default -> {}
            }
        }
    }

    private static void items(ValidationReport report, Json source, String path) {
        mode(report, source, path, "defaultMode");
        int index = 0;
        for (var item : source.items("items")) {
            var at = path + ".items[" + index++ + "]";
            report.text(item, at, "key");
            if (report.text(item, at, "path")) relative(report, at + ".path", item.textOrEmpty("path"));
            mode(report, item, at, "mode");
        }
    }

    private static void projected(ValidationReport report, Json source, String path) {
        mode(report, source, path, "defaultMode");
        int index = 0;
        for (var part : source.items("sources")) {
            var at = path + ".sources[" + index++ + "]";
            for (var kind : List.of("secret", "configMap")) {
                if (part.at(kind) == null) continue;
                report.text(part.object(kind), at + "." + kind, "name");
                items(report, part.object(kind), at + "." + kind);
            }
            downward(report, part.object("downwardAPI"), at + ".downwardAPI");
            var token = part.at("serviceAccountToken");
            if (token != null) token(report, token, at + ".serviceAccountToken");
            var certificate = part.at("podCertificate");
            if (certificate != null) ValidationPodCertificate.check(report, certificate, at + ".podCertificate");
        }
    }

    private static void token(ValidationReport report, Json token, String path) {
        long seconds = token.number(ValidationToken.DEFAULT_SECONDS, "expirationSeconds");
        var problem = ValidationToken.problem(seconds);
        if (!problem.isEmpty()) report.invalid(path + ".expirationSeconds", seconds, problem);
        if (report.text(token, path, "path")) relative(report, path + ".path", token.textOrEmpty("path"));
    }

    private static void downward(ValidationReport report, Json source, String path) {
        mode(report, source, path, "defaultMode");
        int index = 0;
        for (var item : source.items("items")) {
            var at = path + ".items[" + index++ + "]";
            if (report.text(item, at, "path")) relative(report, at + ".path", item.textOrEmpty("path"));
            mode(report, item, at, "mode");
            var field = item.at("fieldRef");
            var resource = item.at("resourceFieldRef");
            if (field != null && resource != null)
                report.invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            if (field == null && resource == null)
                report.required(at, "one of fieldRef and resourceFieldRef is required");
            if (field != null) ValidationRef.field(report, field, at + ".fieldRef", ValidationRef.FILE_FIELDS);
            if (resource == null) continue;
            report.text(resource, at + ".resourceFieldRef", "containerName");
            ValidationRef.resource(report, resource, at + ".resourceFieldRef");
        }
    }

    private static void mode(ValidationReport report, Json object, String path, String member) {
        long mode = object.number(0, member);
        if (mode < 0 || mode > MAX_MODE) report.invalid(path + "." + member, mode, MODE_RULE);
    }

    static void relative(ValidationReport report, String field, String path) {
        if (path.startsWith("/")) report.invalid(field, path, "must be a relative path");
        noBackstep(report, field, path);
    }

    static void noBackstep(ValidationReport report, String field, String path) {
        if (List.of(path.split("/")).contains("..")) report.invalid(field, path, "must not contain '..'");
    }

    static void mounts(ValidationReport report, Json container, String path, Set<String> volumes) {
        var mountPaths = new HashSet<String>();
        int index = 0;
        for (var mount : container.items("volumeMounts")) {
            var at = path + ".volumeMounts[" + index++ + "]";
            if (report.text(mount, at, "name") && !volumes.contains(mount.textOrEmpty("name")))
                report.notFound(at + ".name", mount.textOrEmpty("name"));
            if (report.text(mount, at, "mountPath") && !mountPaths.add(mount.textOrEmpty("mountPath")))
                report.invalid(at + ".mountPath", mount.textOrEmpty("mountPath"), "must be unique");
            var subPath = mount.textOrEmpty("subPath");
            if (!subPath.isEmpty()) relative(report, at + ".subPath", subPath);
            if (!subPath.isEmpty() && !mount.textOrEmpty("subPathExpr").isEmpty())
                report.invalid(
                        at + ".subPathExpr",
                        mount.textOrEmpty("subPathExpr"),
                        "subPathExpr and subPath are mutually exclusive");
        }
    }
}
