package io.smarter.linux;

import static java.util.Objects.requireNonNull;

import io.smarter.linux.ContainerDevices.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;

/**
 * Device files below the root of a container. Goes there folder by folder and through no symbolic link, as the container may
 * have made any, and then works on what is open.
 */
final class DeviceFiles {
    static final int CHARACTER = 0020000;
    static final int BLOCK = 0060000;
    static final int TYPE = 0170000;

    private DeviceFiles() {}

    /** Makes the file, and the folders that it is in; replaces another device's. */
    static void make(OpenFolder root, Node node) throws IOException {
        try (var way = new Way(root)) {
            way.go(node, true);
            makeIn(way.last(), node);
        } catch (IOException e) {
            throw new IOException("%s can't be made: %s".formatted(node.path(), e.getMessage()), e);
        }
    }

    /** Removes the file if it is that device's. */
    static void remove(OpenFolder root, Node node) throws IOException {
        try (var way = new Way(root)) {
            way.go(node, false);
            if (look(way.last(), node) == There.THIS_DEVICE)
                FileCalls.unlink(way.last().descriptor(), name(node));
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() != FileCalls.ENOENT)
                throw new IOException("%s can't be removed: %s".formatted(node.path(), e.getMessage()), e);
        }
    }

    private enum There {
        NOTHING,
        THIS_DEVICE,
        ANOTHER_DEVICE,
        SOMETHING_ELSE
    }

    private static void makeIn(OpenFolder folder, Node node) throws IOException {
        var there = look(folder, node);
        if (there == There.SOMETHING_ELSE) throw new IOException("what is there is no device file");
        if (there == There.ANOTHER_DEVICE) FileCalls.unlink(folder.descriptor(), name(node));
        if (there != There.THIS_DEVICE)
            FileCalls.makeNode(
                    folder.descriptor(), name(node), type(node) | 0600, FileCalls.device(node.major(), node.minor()));
        int file = FileCalls.open(folder.descriptor(), name(node), FileCalls.PATH_NO_FOLLOW);
        try {
            if (what(file, node) != There.THIS_DEVICE) throw new IOException("something else was put there");
            FileCalls.changeOwner(file, node.owner(), node.group());
            Files.setAttribute(OpenFolder.path(file), "unix:mode", node.mode());
        } finally {
            NativeCalls.close(file);
        }
    }

    private static There look(OpenFolder folder, Node node) throws IOException {
        int file;
        try {
            file = FileCalls.open(folder.descriptor(), name(node), FileCalls.PATH_NO_FOLLOW);
        } catch (NativeCalls.ErrnoException e) {
            if (e.errno() == FileCalls.ENOENT) return There.NOTHING;
            throw e;
        }
        try {
            return what(file, node);
        } finally {
            NativeCalls.close(file);
        }
    }

    private static There what(int file, Node node) throws IOException {
        var attributes = Files.readAttributes(OpenFolder.path(file), "unix:mode,rdev");
        int type = (Integer) requireNonNull(attributes.get("mode")) & TYPE;
        if (type != BLOCK && type != CHARACTER) return There.SOMETHING_ELSE;
        var device = requireNonNull(attributes.get("rdev"));
        return type == type(node) && device.equals(FileCalls.device(node.major(), node.minor()))
                ? There.THIS_DEVICE
                : There.ANOTHER_DEVICE;
    }

    private static int type(Node node) {
        return node.block() ? BLOCK : CHARACTER;
    }

    private static String name(Node node) {
        return String.valueOf(Path.of(node.path()).getFileName());
    }

    /** The folders from the root to a file, all of them open. */
    private static final class Way implements AutoCloseable {
        private final OpenFolder root;
        private final ArrayDeque<OpenFolder> opened = new ArrayDeque<>();

        Way(OpenFolder root) {
            this.root = root;
        }

        OpenFolder last() {
            return opened.isEmpty() ? root : opened.getLast();
        }

        void go(Node node, boolean make) throws IOException {
            var parent = Path.of(node.path()).getParent();
            if (parent == null) return;
            for (var part : parent) opened.add(next(part.toString(), make));
        }

        private OpenFolder next(String name, boolean make) throws IOException {
            try {
                return last().inside(name);
            } catch (NativeCalls.ErrnoException e) {
                if (!make || e.errno() != FileCalls.ENOENT) throw e;
                FileCalls.makeFolder(last().descriptor(), name);
                return last().inside(name);
            }
        }

        @Override
        public void close() throws IOException {
            while (!opened.isEmpty()) opened.removeLast().close();
        }
    }
}
