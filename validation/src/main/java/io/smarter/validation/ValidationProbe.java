package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;

/** Says what is wrong with the probes and life-cycle handlers of a container. */
final class ValidationProbe {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
    private static final List<String> NUMBERS =
            List.of("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold");

    private ValidationProbe() {}

    static void check(ValidationReport report, Json container, String path) {
        for (var name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (!(container.at(name) instanceof Json.Obj probe)) continue;
            var at = path + "." + name;
            handler(report, probe, at);
            for (var number : NUMBERS) report.notNegative(probe, at, number);
            long threshold = probe.number(1, "successThreshold");
            if (threshold != 1 && !name.equals("readinessProbe"))
                report.invalid(at + ".successThreshold", threshold, "must be 1");
        }
        for (var name : List.of("postStart", "preStop")) {
            if (container.at("lifecycle", name) instanceof Json.Obj handler)
                handler(report, handler, path + ".lifecycle." + name);
        }
    }

    private static void handler(ValidationReport report, Json.Obj owner, String path) {
        boolean found = false;
        for (var name : HANDLERS) {
            if (!(owner.get(name) instanceof Json.Obj handler)) continue;
            var at = path + "." + name;
            if (found) report.forbidden(at, "may not specify more than 1 handler type");
            found = true;
            switch (name) {
                case "exec" -> {
                    if (handler.items("command").isEmpty()) report.required(at + ".command", "");
                }
                case "httpGet" -> {
                    report.text(handler, at, "path");
                    ValidationPort.numberOrName(report, handler, at, "port");
                }
                case "tcpSocket", "grpc" -> ValidationPort.numberOrName(report, handler, at, "port");
                default -> {}
            }
        }
        if (!found) report.required(path, "must specify a handler type");
    }
}
