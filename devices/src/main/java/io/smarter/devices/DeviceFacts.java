package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.devices.DeviceScan.Entry;
import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import io.smarter.devices.Found.Usb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel shows of devices as files below {@code /sys}, sysfs(5), and what udev wrote down of them. For one scan: what
 * devices hang on is read once. Used by one thread.
 */
final class DeviceFacts {
    private static final int LONGEST_ATTRIBUTE = 4 << 10;
    private static final int LONGEST_RECORD = 64 << 10;
    private static final int DEEPEST = 64;
    private static final Pattern USB_NUMBER = Pattern.compile("[0-9a-f]{4}");
    private static final Above NOTHING = new Above(List.of(), null, -1);

    private final Path sys;
    /** What is here hangs on nothing. */
    private final Path virtual;

    private final Path udev;
    private final boolean udevRuns;
    private final Map<Path, Above> known = new HashMap<>();

    /** What a folder and those above it tell. */
    private record Above(List<String> drivers, @Nullable Usb usb, int numaNode) {}

    DeviceFacts(Path sys, Path udev) {
        this.sys = real(sys);
        this.virtual = this.sys.resolve("devices/virtual");
        this.udev = udev;
        this.udevRuns = Files.isDirectory(udev);
    }

    /** All that is known of a device file. */
    Found of(String path, Entry.Device device, Set<String> links) {
        var kind = device.block() ? Kind.BLOCK : Kind.CHARACTER;
        var number = device.number();
        var folder = folder(device);
        if (folder == null)
            return new Found(path, kind, number, "", "", List.of(), null, links, properties(device), -1);
        var above = above(folder, 0);
        return new Found(
                path,
                kind,
                number,
                sys.relativize(folder).toString(),
                linkName(folder.resolve("subsystem")),
                above.drivers(),
                above.usb(),
                links,
                properties(device),
                above.numaNode());
    }

    /** The links there lead straight to the kernel's objects, none of which is a link itself. */
    private @Nullable Path folder(Entry.Device device) {
        var links = sys.resolve(device.block() ? "dev/block" : "dev/char");
        try {
            var folder = links.resolve(Files.readSymbolicLink(links.resolve(text(device.number()))))
                    .normalize();
            return folder.startsWith(sys) && !folder.equals(sys) ? folder : null;
        } catch (IOException _) {
            return null;
        }
    }

    private static String text(DeviceNumber number) {
        return number.major() + ":" + number.minor();
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException _) {
            return path;
        }
    }

    private Above above(Path folder, int depth) {
        var told = known.get(folder);
        if (told != null) return told;
        var parent = folder.getParent();
        if (parent == null
                || !folder.startsWith(sys)
                || folder.equals(sys)
                || depth > DEEPEST
                || folder.startsWith(virtual)) return NOTHING;
        var rest = above(parent, depth + 1);
        var link = folder.resolve("driver");
        var driver = Files.exists(link, LinkOption.NOFOLLOW_LINKS) ? linkName(link) : "";
        var usb = usb(folder);
        int node = numaNode(folder);
        var all = new Above(
                driver.isEmpty() ? rest.drivers() : joined(driver, rest.drivers()),
                usb == null ? rest.usb() : usb,
                node < 0 ? rest.numaNode() : node);
        known.put(folder, all);
        return all;
    }

    private static List<String> joined(String first, List<String> rest) {
        var all = new ArrayList<String>();
        all.add(first);
        all.addAll(rest);
        return List.copyOf(all);
    }

    private static @Nullable Usb usb(Path folder) {
        var vendor = attribute(folder.resolve("idVendor")).toLowerCase(Locale.ROOT);
        if (vendor.isEmpty()) return null;
        var product = attribute(folder.resolve("idProduct")).toLowerCase(Locale.ROOT);
        if (!USB_NUMBER.matcher(vendor).matches()
                || !USB_NUMBER.matcher(product).matches()) return null;
        return new Usb(vendor, product, attribute(folder.resolve("serial")), String.valueOf(folder.getFileName()));
    }

    private static int numaNode(Path folder) {
        var text = attribute(folder.resolve("numa_node"));
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
    }

    /** The properties, the lines {@code E:} of the device's record (sd-device, udev's database). */
    private Map<String, String> properties(Entry.Device device) {
        if (!udevRuns) return Map.of();
        var file = udev.resolve((device.block() ? "b" : "c") + text(device.number()));
        var properties = new HashMap<String, String>();
        for (var line : read(file, LONGEST_RECORD).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.startsWith("E:") && equals > 2)
                properties.put(line.substring(2, equals), line.substring(equals + 1));
        }
        return properties;
    }

    /** The last name in the text of a link; empty when there is none. */
    private static String linkName(Path link) {
        try {
            var name = Files.readSymbolicLink(link).getFileName();
            return name == null ? "" : name.toString();
        } catch (IOException _) {
            return "";
        }
    }

    private static String attribute(Path file) {
        return read(file, LONGEST_ATTRIBUTE).strip();
    }

    /** Looks first whether there is something: most are not there, and an exception for each would be dear. */
    private static String read(Path file, int longest) {
        if (!Files.isRegularFile(file)) return "";
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(longest), UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}
