package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with the environment of a container. */
final class ValidationEnv {
    private static final List<String> SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");
    private static final List<String> FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    private static final String NAME_RULE =
            "a valid environment variable name must consist only of printable ASCII characters other than '='";

    private ValidationEnv() {}

    /** @param spec of the pod, whose volumes may hold files of variables */
    static void check(ValidationReport report, Json spec, Json container, String path) {
        int index = 0;
        for (var variable : container.items("env")) {
            var at = path + ".env[" + index++ + "]";
            if (report.text(variable, at, "name")) name(report, at + ".name", variable.textOrEmpty("name"));
            if (variable.at("valueFrom") instanceof Json.Obj from)
                source(report, spec, variable, from, at + ".valueFrom");
        }
        index = 0;
        for (var from : container.items("envFrom")) {
            var at = path + ".envFrom[" + index++ + "]";
            boolean configMap = from.at("configMapRef") instanceof Json.Obj;
            boolean secret = from.at("secretRef") instanceof Json.Obj;
            if (configMap) report.text(from.object("configMapRef"), at + ".configMapRef", "name");
            if (secret) report.text(from.object("secretRef"), at + ".secretRef", "name");
            if (configMap && secret) report.invalid(at, "", "may not have more than one field specified at a time");
            if (!configMap && !secret) report.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`");
        }
    }

    private static void name(ValidationReport report, String field, String name) {
        if (!name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=')) report.invalid(field, name, NAME_RULE);
    }

    private static void source(ValidationReport report, Json spec, Json variable, Json.Obj from, String path) {
        var given = SOURCES.stream().filter(from::has).toList();
        if (given.isEmpty())
            report.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        else if (!variable.textOrEmpty("value").isEmpty())
            report.invalid(path, "", "may not be specified when `value` is not empty");
        else if (given.size() > 1) report.invalid(path, "", "may not have more than one field specified at a time");
        for (var source : given) {
            var at = path + "." + source;
            var value = from.object(source);
            switch (source) {
                case "fieldRef" -> ValidationRef.field(report, value, at, FIELDS);
                case "resourceFieldRef" -> ValidationRef.resource(report, value, at);
                case "fileKeyRef" -> file(report, spec, value, at);
                default -> {
                    report.text(value, at, "name");
                    if (report.text(value, at, "key"))
                        ValidationData.key(report, at + ".key", value.textOrEmpty("key"));
                }
            }
        }
    }

    private static void file(ValidationReport report, Json spec, Json file, String path) {
        var name = file.textOrEmpty("volumeName");
        if (report.text(file, path, "volumeName")) volume(report, spec, name, path + ".volumeName");
        if (report.text(file, path, "path"))
            ValidationVolumes.noBackstep(report, path + ".path", file.textOrEmpty("path"));
        if (report.text(file, path, "key")) name(report, path + ".key", file.textOrEmpty("key"));
    }

    private static void volume(ValidationReport report, Json spec, String name, String field) {
        var volume = spec.items("volumes").stream()
                .filter(one -> one.textOrEmpty("name").equals(name))
                .findFirst();
        if (volume.isEmpty()) report.notFound(field, name);
        else if (volume.get().at("emptyDir") == null)
            report.invalid(field, name, "must be of a volume of type emptyDir");
    }
}
