package io.smarter.devices;

import io.smarter.devices.DevicesStatus.Device;
import io.smarter.devices.DevicesStatus.Registration;
import io.smarter.devices.DevicesStatus.Resource;
import io.smarter.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A status of devices as JSON. Pure functions. */
final class StatusJson {
    private static final String ATTEMPTS = "smarter_device_registrations_total";
    private static final String FAILURES = "smarter_device_registration_failures_total";

    private StatusJson() {}

    static Json.Obj write(DevicesStatus status) {
        return Json.obj(
                "node", status.node(),
                "kubelet", status.kubelet(),
                "process", status.process(),
                "current", status.current(),
                "resources", status.resources().stream().map(StatusJson::write).toList(),
                "left",
                        status.left().stream()
                                .map(left -> Json.obj("path", left.path(), "why", left.why()))
                                .toList(),
                "problems",
                        status.problems().stream()
                                .map(problem -> Json.obj("line", problem.line(), "text", problem.text()))
                                .toList(),
                "unmatched", status.unmatched(),
                "holdersUnknown", status.holdersUnknown());
    }

    private static Json.Obj write(Resource resource) {
        return Json.obj(
                "name",
                resource.name(),
                "line",
                resource.line(),
                "registration",
                resource.registration().trouble(),
                ATTEMPTS,
                resource.registration().attempts(),
                FAILURES,
                resource.registration().failures(),
                "devices",
                resource.devices().stream().map(StatusJson::write).toList());
    }

    private static Json.Obj write(Device device) {
        var gone = device.goneSince();
        return Json.obj(
                "path", device.path(),
                "identity", device.identity(),
                "shares", device.shares(),
                "with", device.with(),
                "healthy", device.trouble().isEmpty(),
                "trouble", device.trouble(),
                "goneSince", gone == null ? null : gone.toString(),
                "holders", device.holders().stream().map(StatusJson::write).toList());
    }

    private static Json.Obj write(Holder holder) {
        return Json.obj(
                "namespace", holder.namespace(),
                "pod", holder.pod(),
                "container", holder.container(),
                "ids", holder.ids());
    }

    static DevicesStatus read(Json json) {
        if (json.text("node") == null || !(json.at("resources") instanceof Json.Arr))
            throw new IllegalArgumentException("it is no status of devices: node and resources must be there");
        return new DevicesStatus(
                json.textOrEmpty("node"),
                json.textOrEmpty("kubelet"),
                json.number(0, "process"),
                json.flag("current"),
                json.items("resources").stream().map(StatusJson::resource).toList(),
                json.items("left").stream()
                        .map(left -> new Left(left.textOrEmpty("path"), left.textOrEmpty("why")))
                        .toList(),
                json.items("problems").stream()
                        .map(problem -> new Problem(number(problem, "line"), problem.textOrEmpty("text")))
                        .toList(),
                texts(json, "unmatched"),
                json.textOrEmpty("holdersUnknown"));
    }

    private static Resource resource(Json json) {
        return new Resource(
                json.textOrEmpty("name"),
                number(json, "line"),
                new Registration(json.textOrEmpty("registration"), json.number(0, ATTEMPTS), json.number(0, FAILURES)),
                json.items("devices").stream().map(StatusJson::device).toList());
    }

    private static Device device(Json json) {
        return new Device(
                json.textOrEmpty("path"),
                json.textOrEmpty("identity"),
                number(json, "shares"),
                texts(json, "with"),
                json.textOrEmpty("trouble"),
                instant(json.text("goneSince")),
                json.items("holders").stream().map(StatusJson::holder).toList());
    }

    private static Holder holder(Json json) {
        return new Holder(
                json.textOrEmpty("namespace"),
                json.textOrEmpty("pod"),
                json.textOrEmpty("container"),
                texts(json, "ids"));
    }

    private static @Nullable Instant instant(@Nullable String text) {
        if (text == null) return null;
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "goneSince: must be a time such as 2026-01-31T12:00:00Z, was " + Problems.shown(text));
        }
    }

    private static int number(Json json, String name) {
        return Math.toIntExact(Math.clamp(json.number(0, name), 0, Integer.MAX_VALUE));
    }

    private static List<String> texts(Json json, String name) {
        return json.items(name).stream().map(item -> item.textOrEmpty()).toList();
    }
}
