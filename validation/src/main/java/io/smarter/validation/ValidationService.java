package io.smarter.validation;

import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.HashSet;

/** Says what is wrong with a service's ports and selector. */
final class ValidationService {
    private static final int MAX_PORT = 65_535;

    private ValidationService() {}

    static void check(ValidationReport report, Json.Obj object) {
        var spec = object.object("spec");
        var ports = spec.items("ports");
        boolean headless = spec.textOrEmpty("clusterIP").equals("None");
        boolean external = spec.textOrEmpty("type").equals("ExternalName");
        if (ports.isEmpty() && !headless && !external) report.required("spec.ports", "");
        report.labels(spec, "spec.selector", "selector");
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            var at = "spec.ports[" + i + "]";
            var port = ports.get(i);
            var name = port.textOrEmpty("name");
            if (name.isEmpty() && ports.size() > 1) report.required(at + ".name", "");
            if (!name.isEmpty()) report.invalid(at + ".name", name, Names.label(name));
            if (!name.isEmpty() && !names.add(name)) report.duplicate(at + ".name", name);
            if (port.at("port") == null) report.invalid(at + ".port", 0, "must be between 1 and 65535, inclusive");
            report.range(port, at, "port", 1, MAX_PORT);
            report.range(port, at, "targetPort", 1, MAX_PORT);
        }
    }
}
