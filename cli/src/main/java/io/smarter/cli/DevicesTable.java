package io.smarter.cli;

import io.smarter.devices.DevicesStatus;
import io.smarter.devices.DevicesStatus.Device;
import io.smarter.devices.DevicesStatus.Resource;
import io.smarter.devices.Holder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How it stands with devices, for people. Pure functions. */
final class DevicesTable {
    private static final int WIDTH = 100;
    private static final String PREFIX = "smarter-devices/";

    private DevicesTable() {}

    /**
     * Of a node.
     *
     * @param all also what no rule matches
     */
    static String of(DevicesStatus status, boolean all, Instant now) {
        var text =
                new StringBuilder("Devices of %s, which pods ask for as %sRESOURCE\n".formatted(status.node(), PREFIX));
        if (!status.current())
            note(text, "Edge (process %d) is not seen to run: this is how it was last.".formatted(status.process()));
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("DEVICE", "RESOURCE", "RULE", "SHARES", "HELD BY", "HEALTH"));
        for (var resource : status.resources())
            for (var device : resource.devices())
                rows.add(List.of(
                        name(device),
                        name(resource),
                        rule(resource),
                        shares(status, device),
                        holders(device),
                        health(resource, device, now)));
        table(text, rows);
        if (!status.holdersUnknown().isEmpty()) note(text, status.holdersUnknown());
        section(
                text,
                "Not advertised",
                status.resources().stream()
                        .filter(resource -> !resource.registration().trouble().isEmpty())
                        .map(DevicesTable::registration)
                        .toList());
        return rest(text, status, all);
    }

    /** What rules come to. */
    static String trial(DevicesStatus status, boolean all) {
        var text = new StringBuilder();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("DEVICE", "RESOURCE", "RULE", "SHARES", "TOGETHER WITH"));
        for (var resource : status.resources())
            for (var device : resource.devices())
                rows.add(List.of(
                        device.path(),
                        name(resource),
                        rule(resource),
                        Integer.toString(device.shares()),
                        String.join(" ", device.with())));
        table(text, rows);
        return rest(text, status, all);
    }

    private static String rest(StringBuilder text, DevicesStatus status, boolean all) {
        section(
                text,
                "Left out",
                status.left().stream()
                        .map(left -> List.of(left.path(), left.why()))
                        .toList());
        section(
                text,
                "Mistakes in the rules",
                status.problems().stream()
                        .map(problem -> List.of("line " + problem.line(), problem.text()))
                        .toList());
        if (all && !status.unmatched().isEmpty())
            section(text, "No rule matches", List.of(List.of(String.join(" ", status.unmatched()))));
        return text.toString();
    }

    private static void table(StringBuilder text, List<List<String>> rows) {
        text.append(rows.size() == 1 ? "No devices are offered.\n" : Terminal.fitted(rows, WIDTH));
    }

    private static void note(StringBuilder text, String note) {
        Terminal.lines(note, WIDTH).forEach(line -> text.append(line).append('\n'));
    }

    private static void section(StringBuilder text, String heading, List<List<String>> rows) {
        if (rows.isEmpty()) return;
        text.append('\n').append(heading).append('\n');
        Terminal.fitted(rows, WIDTH - 2)
                .lines()
                .forEach(line -> text.append("  ").append(line).append('\n'));
    }

    private static String name(Device device) {
        return device.with().isEmpty() ? device.path() : device.path() + " " + String.join(" ", device.with());
    }

    private static String name(Resource resource) {
        return resource.name().startsWith(PREFIX) ? resource.name().substring(PREFIX.length()) : resource.name();
    }

    private static String rule(Resource resource) {
        return "line " + resource.line();
    }

    private static String shares(DevicesStatus status, Device device) {
        var held = status.holdersUnknown().isEmpty() ? Integer.toString(device.held()) : "?";
        return held + "/" + device.shares();
    }

    private static String holders(Device device) {
        if (device.holders().isEmpty()) return "-";
        return device.holders().stream().map(DevicesTable::holder).distinct().collect(Collectors.joining("\n"));
    }

    private static String holder(Holder holder) {
        return holder.namespace() + "/" + holder.pod();
    }

    private static String health(Resource resource, Device device, Instant now) {
        var gone = device.goneSince();
        if (gone != null) return "gone for " + since(gone, now);
        if (!device.trouble().isEmpty()) return device.trouble();
        return resource.registration().trouble().isEmpty() ? "ok" : "not advertised";
    }

    private static List<String> registration(Resource resource) {
        var registration = resource.registration();
        return List.of(
                name(resource),
                "%s (tried %d times, failed %d times)"
                        .formatted(registration.trouble(), registration.attempts(), registration.failures()));
    }

    static String since(Instant then, Instant now) {
        long seconds = Math.max(0, Duration.between(then, now).toSeconds());
        if (seconds < 120) return seconds + "s";
        if (seconds < 7200) return seconds / 60 + "m";
        return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
