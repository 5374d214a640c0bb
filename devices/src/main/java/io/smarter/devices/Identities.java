package io.smarter.devices;

import io.smarter.devices.Found.Kind;
import io.smarter.devices.Found.Usb;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What stays of a device when it comes back under another number. That is, of what is plugged in by USB, vendor, product and
 * serial number; or, where it has no serial number or another device says the same, its port; then in both cases the interface
 * and what its file is called but for the number. Else a link by id or by path; else its own path.
 *
 * <p>Identities are 1 to 63 of {@code A-Za-z0-9._:-} with alphanumeric ends; no two files have the same. Pure.
 */
final class Identities {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern OTHERS_AT_ENDS = Pattern.compile("^[^A-Za-z]+|[^A-Za-z]+$");

    private final Map<String, String> byPath = new HashMap<>();
    private final Map<String, Set<String>> ports = new HashMap<>();

    /** @param found in the order of their paths, no path twice */
    Identities(Collection<Found> found) {
        for (var one : found) {
            var usb = one.usb();
            if (usb != null)
                ports.computeIfAbsent(sayings(usb), _ -> new HashSet<>()).add(usb.port());
        }
        var taken = new HashSet<String>();
        var ranks = new HashMap<List<String>, Integer>();
        for (var one : found) byPath.put(one.path(), unique(one, parts(one, ranks), taken));
    }

    /** The identity of a file that was found. */
    String of(Found one) {
        var identity = byPath.get(one.path());
        if (identity == null) throw new IllegalArgumentException(one.path() + ": not among what was found");
        return identity;
    }

    /** Files of one kind on one interface have the same parts, and are told apart by their order. */
    private List<String> parts(Found one, Map<List<String>, Integer> ranks) {
        var parts = parts(one);
        if (one.usb() == null || one.kind() == Kind.LINK) return parts;
        int rank = ranks.merge(List.copyOf(parts), 1, Integer::sum) - 1;
        if (rank > 0) parts.add(Integer.toString(rank));
        return parts;
    }

    private static String unique(Found one, List<String> parts, Set<String> taken) {
        var identity = Printable.joined(parts);
        for (int i = 0; !taken.add(identity); i++) identity = Printable.digested(identity, one.path() + "\n" + i);
        return identity;
    }

    private List<String> parts(Found one) {
        var parts = new ArrayList<String>();
        var usb = one.usb();
        if (one.kind() == Kind.LINK) parts.add("link");
        if (usb == null || one.kind() == Kind.LINK) {
            parts.addAll(List.of(stableName(one).split("/", -1)));
            return parts;
        }
        boolean alone = !usb.serial().isBlank()
                && ports.getOrDefault(sayings(usb), Set.of()).size() == 1;
        parts.addAll(alone ? List.of(usb.vendor(), usb.product(), usb.serial()) : List.of("usb", usb.port()));
        var part = usbInterface(one, usb);
        if (!part.isEmpty()) parts.add(part);
        parts.add(stem(one));
        return parts;
    }

    private static String sayings(Usb usb) {
        return usb.vendor() + ":" + usb.product() + ":" + usb.serial();
    }

    private static String stableName(Found one) {
        if (one.kind() == Kind.LINK) return one.path();
        for (var folder : List.of("/by-id/", "/by-path/")) {
            var link =
                    one.links().stream().filter(name -> name.contains(folder)).min(NaturalOrder.INSTANCE);
            if (link.isPresent()) return link.get();
        }
        return one.path();
    }

    /** Such as {@code 1.0}, configuration and interface, from {@code /1-1.3:1.0/} in its sysfs path; empty for the device itself. */
    private static String usbInterface(Found one, Usb usb) {
        var before = "/" + usb.port() + ":";
        int start = one.sysfs().lastIndexOf(before);
        if (start < 0) return "";
        start += before.length();
        int end = one.sysfs().indexOf('/', start);
        return one.sysfs().substring(start, end < 0 ? one.sysfs().length() : end);
    }

    /** What a file is called but for its number: {@code ttyUSB}; of disks, whose numbers are letters, only the partition. */
    private static String stem(Found one) {
        var name = one.lastName();
        if (one.kind() == Kind.BLOCK) {
            var folders = one.sysfs().split("/", -1);
            var disk = folders.length < 2 ? "" : folders[folders.length - 2];
            return !disk.isEmpty() && name.startsWith(disk) ? "block" + name.substring(disk.length()) : "block";
        }
        var letters =
                OTHERS_AT_ENDS.matcher(DIGITS.matcher(name).replaceAll("")).replaceAll("");
        if (!letters.isEmpty()) return letters;
        return one.subsystem().isEmpty() ? "file" : one.subsystem();
    }
}
