package io.smarter.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Gives a running container a device and takes it away, as runc does when it makes one: a device file in the container's mount
 * namespace, and the permission of its control group, devices(5) of version 1 or a program of version 2. What the container
 * has open stays open. Needs root, the node's processes in {@code /proc} and the node's control groups. Used by one thread for
 * one container.
 */
public final class ContainerDevices {
    private static final Pattern PERMISSIONS = Pattern.compile("r?w?m?");
    private static final int LONGEST_PATH = 4096;

    private final DeviceGroups groups;

    /**
     * A device file of a container.
     *
     * @param path in the container, absolute
     * @param block whether it is a block device; a character device otherwise
     * @param permissions some of {@code rwm}, in this order, at least one
     * @param owner the number of the user whose file it is
     * @param group likewise
     * @param mode who else may read and write the file, as chmod(2) has it: 0 to 0777
     */
    public record Node(
            String path, boolean block, int major, int minor, String permissions, int owner, int group, int mode) {
        /** Checks the path, which may not go up, and the permissions. */
        public Node {
            if (!path.startsWith("/") || path.length() > LONGEST_PATH || path.indexOf('\0') >= 0)
                throw new IllegalArgumentException("path of a device must be absolute and no longer than %d, was %s"
                        .formatted(LONGEST_PATH, path));
            for (var part : Path.of(path))
                if (part.toString().equals("..") || part.toString().equals("."))
                    throw new IllegalArgumentException("path of a device must have no part . or .., was " + path);
            if (Path.of(path).getNameCount() == 0) throw new IllegalArgumentException("path of a device must not be /");
            if (permissions.isEmpty() || !PERMISSIONS.matcher(permissions).matches())
                throw new IllegalArgumentException(
                        "permissions of %s must be some of rwm, was %s".formatted(path, permissions));
            if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff)
                throw new IllegalArgumentException(
                        "number of %s must be one of a device, was %d:%d".formatted(path, major, minor));
        }

        /** The device that a file of the node is, with the same owner and mode. */
        public static Node like(Path file, String path, String permissions) throws IOException {
            var attributes = Files.readAttributes(file, "unix:mode,rdev,uid,gid");
            int type = (Integer) requireNonNull(attributes.get("mode")) & DeviceFiles.TYPE;
            if (type != DeviceFiles.BLOCK && type != DeviceFiles.CHARACTER)
                throw new IOException("no device file: " + file);
            long device = (Long) requireNonNull(attributes.get("rdev"));
            return new Node(
                    path,
                    type == DeviceFiles.BLOCK,
                    FileCalls.major(device),
                    FileCalls.minor(device),
                    permissions,
                    (Integer) requireNonNull(attributes.get("uid")),
                    (Integer) requireNonNull(attributes.get("gid")),
                    (Integer) requireNonNull(attributes.get("mode")) & 0777);
        }

        /** As control groups name it, such as {@code c 188:0}. */
        String number() {
            return "%s %d:%d".formatted(block ? "b" : "c", major, minor);
        }
    }

    private ContainerDevices(DeviceGroups groups) {
        this.groups = groups;
    }

    /** With the control groups that are mounted here. */
    public static ContainerDevices open() throws IOException {
        var own = DeviceGroups.place(Files.readAllLines(Path.of("/proc/self/cgroup")));
        return new ContainerDevices(new DeviceGroups(Mounts.all(), own));
    }

    /**
     * Permits a device and makes its file; another device's file at the path is replaced. Nothing happens where all is so
     * already.
     *
     * @param process any of the container
     * @throws IOException if the process has ended, the kernel refuses, or something else is at the path or on the way there,
     *     such as a symbolic link
     */
    public void allow(long process, Node node) throws IOException {
        try (var proc = open(process)) {
            var group = groups.of(proc);
            try (var root = root(proc)) {
                group.allow(node);
                DeviceFiles.make(root, node);
            }
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "process %d can't be given %s: %s".formatted(process, node.path(), e.getMessage()), e);
        }
    }

    /** Removes a device's file, if it is that device's, and forbids the device. Nothing happens when the process has ended. */
    public void deny(long process, Node node) throws IOException {
        try (var proc = open(process)) {
            var group = groups.of(proc);
            try (var root = root(proc)) {
                DeviceFiles.remove(root, node);
            } finally {
                group.deny(node);
            }
        } catch (NoSuchFileException _) {
            // So has its container.
        }
    }

    /** Once open it is of this process and no later one of the same number. */
    private static OpenFolder open(long process) throws IOException {
        var proc = Path.of("/proc", Long.toString(process));
        if (!Files.exists(proc)) throw new NoSuchFileException("process " + process);
        return OpenFolder.open(proc);
    }

    private static OpenFolder root(OpenFolder process) throws IOException {
        try {
            return process.folder("root");
        } catch (NativeCalls.ErrnoException e) {
            throw new NoSuchFileException("root of a process that has ended", null, e.getMessage());
        }
    }
}
