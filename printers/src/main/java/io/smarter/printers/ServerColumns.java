package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.util.Optional;

/** The columns of kinds that tell of the server itself. */
public final class ServerColumns {
    public static final Columns COMPONENTS = Columns.of(
            Column.NAME,
            Column.text("Status", (object, _) -> health(object)),
            Column.text("Message", (object, _) -> first(object, "message")),
            Column.text("Error", (object, _) -> first(object, "error")));
    public static final Columns API_SERVICES = Columns.of(
            Column.NAME,
            Column.text("Service", (object, _) -> service(object)),
            Column.text("Available", (object, _) -> available(object)),
            Column.AGE);

    private ServerColumns() {}

    private static String health(Json.Obj component) {
        return switch (first(component, "status")) {
            case "True" -> "Healthy";
            case "" -> "Unknown";
            default -> "Unhealthy";
        };
    }

    private static String first(Json.Obj component, String member) {
        return component.items("conditions").stream()
                .findFirst()
                .map(condition -> condition.textOrEmpty(member))
                .orElse("");
    }

    private static String service(Json.Obj object) {
        var service = object.at("spec", "service");
        return service == null ? "Local" : service.textOrEmpty("namespace") + "/" + service.textOrEmpty("name");
    }

    private static String available(Json.Obj object) {
        Optional<Json> found = object.items("status", "conditions").stream()
                .filter(condition -> condition.textOrEmpty("type").equals("Available"))
                .findFirst();
        if (found.isEmpty()) return "Unknown";
        var status = found.get().textOrEmpty("status");
        var reason = found.get().textOrEmpty("reason");
        return status.equals("True") || reason.isEmpty() ? status : "%s (%s)".formatted(status, reason);
    }
}
