package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Says what is wrong with the spec of a pod, its own or that of a template. */
final class ValidationPod {
    private static final int MAX_SYSCTL = 253;
    private static final int MAX_HOSTNAME = 64;
    private static final Pattern SYSCTL =
            Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");
    private static final String SYSCTL_RULE =
            "must have at most %d characters and match regex ^%s$".formatted(MAX_SYSCTL, SYSCTL);

    private ValidationPod() {}

    /** A pod's own. */
    static void pod(ValidationReport report, Json spec, String path) {
        check(report, spec, path);
        int index = 0;
        for (var volume : spec.items("volumes")) {
            var at = path + ".volumes[" + index++ + "].image";
            if (volume.at("image") instanceof Json.Obj image) report.text(image, at, "reference");
        }
    }

    /** What pods are made from: nobody looks at them yet, and whoever makes them may say which images they mount. */
    static void template(ValidationReport report, Json spec, String path) {
        check(report, spec, path);
        if (!spec.items("ephemeralContainers").isEmpty())
            report.forbidden(path + ".ephemeralContainers", "ephemeral containers not allowed in pod template");
    }

    private static void check(ValidationReport report, Json spec, String path) {
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
        ephemeral(report, spec, path, names, volumes);
        placement(report, spec, path);
        ValidationHosts.check(report, spec, path);
        podSecurity(report, spec.object("securityContext"), path + ".securityContext");
        if (spec.at("activeDeadlineSeconds") != null)
            report.range(spec, path, "activeDeadlineSeconds", 1, Integer.MAX_VALUE);
        report.notNegative(spec, path, "terminationGracePeriodSeconds");
        subdomain(report, spec, path, "serviceAccountName");
        hostname(report, spec, path);
        ValidationResources.pod(report, spec, path);
    }

    private static void hostname(ValidationReport report, Json spec, String path) {
        var hostname = spec.textOrEmpty("hostname");
        if (!hostname.isEmpty()) report.invalid(path + ".hostname", hostname, Names.label(hostname));
        var override = spec.textOrEmpty("hostnameOverride");
        if (override.isEmpty()) return;
        report.invalid(path + ".hostnameOverride", override, Names.subdomain(override));
        if (override.length() > MAX_HOSTNAME) report.tooLong(path + ".hostnameOverride", MAX_HOSTNAME);
        for (var other : List.of("hostNetwork", "setHostnameAsFQDN"))
            if (spec.flag(other))
                report.forbidden(path + ".hostnameOverride", "may not be set when `" + other + "` is true");
    }

    private static void ephemeral(
            ValidationReport report, Json spec, String path, Set<String> names, Set<String> volumes) {
        var lasting = Set.copyOf(names);
        int index = 0;
        for (var container : spec.items("ephemeralContainers")) {
            var at = path + ".ephemeralContainers[" + index++ + "]";
            name(report, container, at, names);
            container(report, spec, container, at, volumes);
            ValidationEphemeral.check(report, container, at, lasting);
        }
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
        ValidationEnv.check(report, spec, container, path);
        ValidationVolumes.mounts(report, container, path, volumes);
        ValidationResources.check(report, container, path);
        ValidationProbe.check(report, container, path);
        ValidationRestart.check(report, container, path);
        stopSignal(report, spec, container, path);
        security(report, container.object("securityContext"), path + ".securityContext");
    }

    /** Which signals there are depends on the system. */
    private static void stopSignal(ValidationReport report, Json spec, Json container, String path) {
        var signal = container.textOrEmpty("lifecycle", "stopSignal");
        if (!signal.isEmpty() && spec.textOrEmpty("os", "name").isEmpty())
            report.forbidden(path + ".lifecycle.stopSignal", "may not be set for containers with empty `spec.os.name`");
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

    private static void podSecurity(ValidationReport report, Json context, String path) {
        for (var id : List.of("runAsUser", "runAsGroup", "fsGroup"))
            report.range(context, path, id, 0, Integer.MAX_VALUE);
        var names = new HashSet<String>();
        int index = 0;
        for (var sysctl : context.items("sysctls")) {
            var at = path + ".sysctls[" + index++ + "]";
            var name = sysctl.textOrEmpty("name");
            if (!report.text(sysctl, at, "name")) continue;
            if (name.length() > MAX_SYSCTL || !SYSCTL.matcher(name).matches())
                report.invalid(at + ".name", name, SYSCTL_RULE);
            if (!names.add(name)) report.duplicate(at + ".name", name);
        }
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
            for (var term : required.items("nodeSelectorTerms"))
                ValidationSelector.expressions(report, term, at + "[" + index++ + "]", true);
        index = 0;
        for (var toleration : spec.items("tolerations"))
            toleration(report, toleration, path + ".tolerations[" + index++ + "]");
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
