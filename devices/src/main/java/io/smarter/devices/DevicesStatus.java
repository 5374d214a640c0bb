package io.smarter.devices;

import io.smarter.json.Json;
import java.util.Map;

/** How it stands with the devices of a node, as JSON. Pure functions. */
final class DevicesStatus {
    private DevicesStatus() {}

    static Json.Obj json(
            String node,
            Rules rules,
            Catalog catalog,
            Map<String, Offered> offered,
            Map<String, PluginServer.State> states) {
        var devices = offered.values().stream()
                .flatMap(one -> one.units().stream()
                        .map(unit -> device(
                                one, unit, states.getOrDefault(one.name(), new PluginServer.State.NoKubelet()))));
        return Json.obj(
                "node", node,
                "devices", Json.arr(devices.toList()),
                "left",
                        Json.arr(catalog.left().stream()
                                .map(left -> Json.obj("path", left.path(), "why", left.why()))
                                .toList()),
                "problems",
                        Json.arr(rules.problems().stream()
                                .map(problem -> Json.obj("line", problem.line(), "text", problem.text()))
                                .toList()));
    }

    private static Json.Obj device(Offered offered, Offered.Standing standing, PluginServer.State state) {
        var unit = standing.unit();
        return Json.obj(
                "path", unit.device().path(),
                "resource", offered.name(),
                "line", offered.offer().rule().line(),
                "identity", unit.identity(),
                "shares", unit.count(),
                "healthy", standing.isHealthy(),
                "trouble", standing.trouble(),
                "registration", registration(state));
    }

    private static String registration(PluginServer.State state) {
        return switch (state) {
            case PluginServer.State.Registered _ -> "";
            case PluginServer.State.NoKubelet _ -> "there is no kubelet";
            case PluginServer.State.Failing(var why) -> why;
        };
    }
}
