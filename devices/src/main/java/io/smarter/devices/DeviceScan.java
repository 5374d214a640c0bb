package io.smarter.devices;

import static java.util.Objects.requireNonNull;

import io.smarter.devices.Found.DeviceNumber;
import io.smarter.devices.Found.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks at all that is below {@code /dev}. Goes into folders, at most 10 deep, and never through a symbolic link; what a link
 * leads to is told from names alone, as if {@code /dev} were where it is on the node. May be used by many threads.
 */
final class DeviceScan {
    private static final int DEEPEST = 10;
    private static final int MOST = 20_000;

    /** Pseudo file systems, which are no device to hand over; those that hold no device files at all are not looked into. */
    private static final Set<String> PSEUDO = Set.of("pts", "shm", "mqueue", "hugepages");

    private static final Set<String> NO_DEVICES = Set.of("shm", "mqueue", "hugepages");

    private final Path dev;
    private final Path sys;
    private final Path udev;
    private final Stat stat;

    /** What there is under a name. */
    sealed interface Entry {
        record Device(boolean block, DeviceNumber number) implements Entry {}

        record Folder() implements Entry {}

        record Link(String text) implements Entry {}

        record Other() implements Entry {}
    }

    /** Says what a name is, without following it. */
    @FunctionalInterface
    interface Stat {
        Entry of(Path path) throws IOException;
    }

    /**
     * Looks at nothing yet.
     *
     * @param dev where the node's {@code /dev} is mounted
     * @param sys where its {@code /sys} is
     * @param udev where its {@code /run/udev/data} is; need not exist
     */
    DeviceScan(Path dev, Path sys, Path udev) {
        this(dev, sys, udev, DeviceScan::stat);
    }

    /** The same with another way to tell what a file is. */
    DeviceScan(Path dev, Path sys, Path udev, Stat stat) {
        this.dev = dev;
        this.sys = sys;
        this.udev = udev;
        this.stat = stat;
    }

    /**
     * All device files, the folders with such files in them, and the links to either, by name. What vanishes meanwhile or may
     * not be read is left out; so is what comes after 20,000 entries.
     */
    List<Found> scan() {
        var entries = new TreeMap<String, Entry>();
        walk(dev, "", 1, entries);
        var folders = withDevices(entries);
        var targets = targets(entries, folders);
        var names = new HashMap<String, Set<String>>();
        targets.forEach((link, target) ->
                names.computeIfAbsent(target, _ -> new HashSet<>()).add(link));
        var facts = new DeviceFacts(sys, udev);
        var found = new HashMap<String, Found>();
        entries.forEach((path, entry) -> {
            var links = names.getOrDefault(path, Set.of());
            if (entry instanceof Entry.Device device) found.put(path, facts.of(path, device, links));
            else if (folders.contains(path)) found.put(path, folder(path, links));
        });
        var all = new ArrayList<Found>();
        for (var path : entries.keySet()) {
            var target = targets.get(path);
            var one = found.get(target == null ? path : target);
            if (one != null) all.add(target == null ? one : link(path, one));
        }
        return all;
    }

    private void walk(Path folder, String prefix, int depth, Map<String, Entry> entries) {
        try (var names = Files.newDirectoryStream(folder)) {
            for (var file : names) {
                if (entries.size() >= MOST) return;
                var name = String.valueOf(file.getFileName());
                if (!isText(name)) continue;
                var path = prefix + name;
                var entry = look(file);
                entries.put(path, entry);
                if (entry instanceof Entry.Folder && depth < DEEPEST && !NO_DEVICES.contains(path))
                    walk(file, path + "/", depth + 1, entries);
            }
        } catch (IOException | DirectoryIteratorException _) {
            // It has gone, or is not for us.
        }
    }

    /** Whether a name can be written into a rule or a manifest. */
    private static boolean isText(String name) {
        return name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD');
    }

    private Entry look(Path file) {
        try {
            return stat.of(file);
        } catch (IOException _) {
            return new Entry.Other();
        }
    }

    /** As inode(7) has it. */
    static Entry stat(Path file) throws IOException {
        var attributes = Files.readAttributes(file, "unix:mode,rdev", LinkOption.NOFOLLOW_LINKS);
        int type = (Integer) requireNonNull(attributes.get("mode")) & 0170000;
        return switch (type) {
            case 0020000, 0060000 ->
                new Entry.Device(type == 0060000, number((Long) requireNonNull(attributes.get("rdev"))));
            case 0040000 -> new Entry.Folder();
            case 0120000 -> new Entry.Link(Files.readSymbolicLink(file).toString());
            default -> new Entry.Other();
        };
    }

    /** As the C library splits it, makedev(3). */
    static DeviceNumber number(long rdev) {
        return new DeviceNumber(
                (int) (rdev >>> 8 & 0xfff | rdev >>> 32 & 0xfffff000), (int) (rdev & 0xff | rdev >>> 12 & 0xffffff00));
    }

    /** The folders with a device file in them, however deep. */
    private static Set<String> withDevices(Map<String, Entry> entries) {
        var folders = new HashSet<String>();
        entries.forEach((path, entry) -> {
            if (!(entry instanceof Entry.Device)) return;
            for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
                if (!folders.add(path.substring(0, end))) return;
        });
        folders.removeAll(PSEUDO);
        return folders;
    }

    /** What each link leads to that leads to something to hand over. */
    private static Map<String, String> targets(Map<String, Entry> entries, Set<String> folders) {
        var texts = new HashMap<String, String>();
        entries.forEach((path, entry) -> {
            if (entry instanceof Entry.Link(var text)) texts.put(path, text);
        });
        var targets = new HashMap<String, String>();
        for (var link : texts.keySet()) {
            var target = DevLinks.resolve(link, texts);
            if (entries.get(target) instanceof Entry.Device || folders.contains(target)) targets.put(link, target);
        }
        return targets;
    }

    private static Found folder(String path, Set<String> links) {
        return new Found(path, Kind.FOLDER, null, "", "", List.of(), null, links, Map.of(), -1);
    }

    /** A link is what it leads to, under a name of its own. */
    static Found link(String path, Found to) {
        return new Found(
                path,
                Kind.LINK,
                to.number(),
                to.sysfs(),
                to.subsystem(),
                to.drivers(),
                to.usb(),
                to.links(),
                to.udev(),
                to.numaNode());
    }
}
