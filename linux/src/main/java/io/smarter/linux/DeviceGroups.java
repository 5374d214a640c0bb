package io.smarter.linux;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Which control group says what devices a process may open, cgroups(7). */
final class DeviceGroups {
    private final List<Mounts.Mount> mounts;
    private final Place own;

    /** What a control group permits. */
    interface DeviceGroup {
        void allow(Node node) throws IOException;

        void deny(Node node) throws IOException;
    }

    /** A control group of a hierarchy. */
    record Place(boolean version1, String path) {}

    /**
     * With the control groups that are mounted here.
     *
     * @param own that of this process
     */
    DeviceGroups(List<Mounts.Mount> mounts, Place own) {
        this.mounts = List.copyOf(mounts);
        this.own = own;
    }

    /**
     * That of a process, of which the folder in {@code /proc} is open.
     *
     * @throws NoSuchFileException if it has none of its own: a process that has ended is shown in the node's, which is never to
     *     be changed, nor is ours
     */
    DeviceGroup of(OpenFolder process) throws IOException {
        var place = place(Files.readAllLines(process.path().resolve("cgroup")));
        if (place.path().equals("/") || place.path().endsWith(" (deleted)") || place.equals(own))
            throw new NoSuchFileException(place.path(), null, "is no control group of a container");
        var folder = folder(place);
        return place.version1() ? new ListedDevices(folder) : new ProgrammedDevices(folder);
    }

    /** Version 1 where it has the controller of devices; there version 2 has no say. */
    static Place place(List<String> lines) throws IOException {
        var unified = "";
        for (var line : lines) {
            var parts = line.split(":", 3);
            if (parts.length < 3) continue;
            if (List.of(parts[1].split(",", -1)).contains("devices")) return new Place(true, parts[2]);
            if (parts[0].equals("0")) unified = parts[2];
        }
        if (unified.isEmpty()) throw new IOException("no control group of devices: " + lines);
        return new Place(false, unified);
    }

    /**
     * Where a mount shows the group. In a namespace of control groups both the group and the mounts of the node's own begin
     * with dots, cgroup_namespaces(7).
     */
    private Path folder(Place place) throws IOException {
        for (var mount : mounts) {
            var group = Path.of(place.path());
            if (!mount.fileSystem().equals(place.version1() ? "cgroup" : "cgroup2") || !group.startsWith(mount.root()))
                continue;
            int above = Path.of(mount.root()).getNameCount();
            if (above >= group.getNameCount()) continue; // a container's own view of itself
            var below = group.subpath(above, group.getNameCount());
            if (below.startsWith("..")) continue;
            var folder = mount.target().resolve(below);
            if (!place.version1() || Files.exists(folder.resolve("devices.list"))) return folder;
        }
        throw new IOException("control group is not mounted: " + place.path());
    }

    /** A group of version 1, which the kernel keeps lists of (kernel: cgroup-v1/devices). */
    private record ListedDevices(Path folder) implements DeviceGroup {
        @Override
        public void allow(Node node) throws IOException {
            put("devices.allow", node.number() + " " + node.permissions());
        }

        @Override
        public void deny(Node node) throws IOException {
            put("devices.deny", node.number() + " rwm");
        }

        private void put(String file, String text) throws IOException {
            try {
                Files.writeString(folder.resolve(file), text);
            } catch (IOException e) {
                throw new IOException(
                        "%s can't be set to %s: %s".formatted(folder.resolve(file), text, e.getMessage()), e);
            }
        }
    }
}
