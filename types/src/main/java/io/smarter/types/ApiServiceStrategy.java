package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** API services are named by what they stand for; the server's own are always available. */
public final class ApiServiceStrategy implements Strategy {
    private static final int MOST_OF_GROUP = 20_000;
    private static final int MOST_OF_VERSION = 1_000;

    ApiServiceStrategy() {}

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        if (object.at("spec", "service") != null) return object.with("status", Json.Obj.EMPTY);
        var available = Json.obj(
                "type",
                "Available",
                "status",
                "True",
                "lastTransitionTime",
                object.textOrEmpty("metadata", "creationTimestamp"),
                "reason",
                "Local",
                "message",
                "Local APIServices are always available");
        return object.with("status", Json.obj("conditions", Json.arr(available)));
    }

    public static Json.Obj unavailable(String reason, String message) {
        return Json.obj("type", "Available", "status", "False", "reason", reason, "message", message);
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var report = new ValidationReport();
        var spec = object.object("spec");
        var group = spec.textOrEmpty("group");
        var version = spec.textOrEmpty("version");
        var name = object.textOrEmpty("metadata", "name");
        var wanted = version + "." + group;
        if (!name.equals(wanted))
            report.invalid("metadata.name", name, "must be `spec.version+\".\"+spec.group`: \"%s\"".formatted(wanted));
        if (group.isEmpty() && !version.equals("v1"))
            report.required("spec.group", "only v1 may have an empty group and it better be legacy kube");
        if (!group.isEmpty()) report.invalid("spec.group", group, Names.subdomain(group));
        report.invalid("spec.version", version, Names.label1035(version));
        priority(report, spec, "groupPriorityMinimum", MOST_OF_GROUP);
        priority(report, spec, "versionPriority", MOST_OF_VERSION);
        server(report, spec);
        return report.errors();
    }

    private static void priority(ValidationReport report, Json.Obj spec, String member, int most) {
        long value = spec.number(0, member);
        if (value <= 0 || value > most)
            report.invalid("spec." + member, value, "must be positive and less than " + most);
    }

    private static void server(ValidationReport report, Json.Obj spec) {
        var bundle = spec.textOrEmpty("caBundle");
        boolean unsure = spec.flag("insecureSkipTLSVerify");
        var at = "spec.insecureSkipTLSVerify";
        if (!(spec.get("service") instanceof Json.Obj service)) {
            if (!bundle.isEmpty())
                report.invalid(
                        "spec.caBundle", bundle.length() + " bytes", "local APIServices may not have a caBundle");
            if (unsure) report.invalid(at, "true", "local APIServices may not have insecureSkipTLSVerify");
            return;
        }
        report.text(service, "spec.service", "namespace");
        report.text(service, "spec.service", "name");
        if (unsure && !bundle.isEmpty()) report.invalid(at, "true", "may not be true if caBundle is present");
    }
}
