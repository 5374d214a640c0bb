package io.smarter.apiserver;

import io.smarter.api.Names;
import io.smarter.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says what is wrong with the spec of a pod, its own or that of a template. */
final class ValidationPod {
    private ValidationPod() {}

    static void check(ValidationReport report, Json spec, String path) {
        var volumes = ValidationVolumes.check(report, spec, path);
        var names = new HashSet<String>();
        if (spec.items("containers").isEmpty()) report.required(path + ".containers", "");
        for (var list : List.of("containers", "initContainers")) {
            int index = 0;
            for (var container : spec.items(list)) {
                var at = path + "." + list + "[" + index++ + "]";
                name(report, container, at, names);
                container(report, spec, container, at, volumes);
                if (list.equals("initContainers")) initContainer(report, container, at);
            }
        }
        placement(report, spec, path);
        if (spec.at("activeDeadlineSeconds") != null)
            report.range(spec, path, "activeDeadlineSeconds", 1, Integer.MAX_VALUE);
        report.notNegative(spec, path, "terminationGracePeriodSeconds");
        subdomain(report, spec, path, "serviceAccountName");
        var hostname = spec.textOrEmpty("hostname");
        if (!hostname.isEmpty()) report.invalid(path + ".hostname", hostname, Names.label(hostname));
    }

    private static void name(ValidationReport report, Json container, String path, Set<String> names) {
        var name = container.textOrEmpty("name");
        if (name.isEmpty()) {
            report.required(path + ".name", "");
            return;
        }
        report.invalid(path + ".name", name, Names.label(name));
        if (!names.add(name)) report.duplicate(path + ".name", name);
    }

    private static void container(
            ValidationReport report, Json spec, Json container, String path, Set<String> volumes) {
        var image = container.textOrEmpty("image");
        if (image.isEmpty()) report.required(path + ".image", "");
        else if (!image.strip().equals(image))
            report.invalid(path + ".image", image, "must not have leading or trailing whitespace");
        ValidationPort.list(report, container, path, spec.flag("hostNetwork"));
        ValidationEnv.check(report, container, path);
        ValidationVolumes.mounts(report, container, path, volumes);
        ValidationResources.check(report, container, path);
        ValidationProbe.check(report, container, path);
        security(report, container.object("securityContext"), path + ".securityContext");
    }

    private static void initContainer(ValidationReport report, Json container, String path) {
        if (container.textOrEmpty("restartPolicy").equals("Always")) return;
        for (var member : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.at(member) != null)
                report.forbidden(
                        path + "." + member, "may not be set for init containers without restartPolicy=Always");
        }
    }

    private static void security(ValidationReport report, Json context, String path) {
        for (var id : List.of("runAsUser", "runAsGroup")) report.range(context, path, id, 0, Integer.MAX_VALUE);
        boolean escalation = !(context.at("allowPrivilegeEscalation") instanceof Json.Bool(var allowed)) || allowed;
        if (!escalation && context.flag("privileged"))
            report.invalid(
                    path, context.compact(), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }

    // ---- where it may run

    private static void placement(ValidationReport report, Json spec, String path) {
        report.labels(spec.object("nodeSelector"), path + ".nodeSelector");
        subdomain(report, spec, path, "nodeName");
        var required = spec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        var at = path + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
        if (required != null && required.items("nodeSelectorTerms").isEmpty())
            report.required(at, "must have at least one node selector term");
        int index = 0;
        if (required != null)
            for (var term : required.items("nodeSelectorTerms")) expressions(report, term, at + "[" + index++ + "]");
        index = 0;
        for (var toleration : spec.items("tolerations"))
            toleration(report, toleration, path + ".tolerations[" + index++ + "]");
    }

    private static void expressions(ValidationReport report, Json term, String path) {
        int index = 0;
        for (var expression : term.items("matchExpressions")) {
            var at = path + ".matchExpressions[" + index++ + "]";
            report.invalid(at + ".key", expression.textOrEmpty("key"), Names.qualified(expression.textOrEmpty("key")));
            int values = expression.items("values").size();
            switch (expression.textOrEmpty("operator")) {
                case "In", "NotIn" -> {
                    if (values == 0)
                        report.required(at + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                }
                case "Exists", "DoesNotExist" -> {
                    if (values > 0)
                        report.forbidden(
                                at + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
                case "Gt", "Lt" -> {
                    if (values != 1)
                        report.required(
                                at + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
                default ->
                    report.invalid(
                            at + ".operator", expression.textOrEmpty("operator"), "not a valid selector operator");
            }
        }
    }

    private static void toleration(ValidationReport report, Json toleration, String path) {
        var key = toleration.textOrEmpty("key");
        var operator = toleration.textOrEmpty("operator");
        if (!key.isEmpty()) report.invalid(path + ".key", key, Names.qualified(key));
        else if (!operator.equals("Exists"))
            report.invalid(
                    path + ".operator",
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        if (operator.equals("Exists") && !toleration.textOrEmpty("value").isEmpty())
            report.invalid(
                    path + ".operator",
                    toleration.textOrEmpty("value"),
                    "value must be empty when `operator` is 'Exists'");
        if (toleration.at("tolerationSeconds") != null
                && !toleration.textOrEmpty("effect").equals("NoExecute"))
            report.invalid(
                    path + ".effect",
                    toleration.textOrEmpty("effect"),
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }

    private static void subdomain(ValidationReport report, Json spec, String path, String member) {
        var name = spec.textOrEmpty(member);
        if (!name.isEmpty()) report.invalid(path + "." + member, name, Names.subdomain(name));
    }
}
