package io.smarter.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.TreeMap;

/**
 * One layer of an image: folders, files and symbolic links, all of root's and all of 1970, so that the same content
 * gives the same bytes. Paths are relative to the image's root, {@code usr/bin/x}; folders on the way are made. Used by
 * one thread.
 */
public final class Layer {
    private sealed interface Entry {
        record Folder(int mode) implements Entry {}

        record File(int mode, Content content) implements Entry {}

        record Link(String target) implements Entry {}
    }

    private final Map<String, Entry> entries = new TreeMap<>();

    /** A layer with nothing in it. */
    public Layer() {}

    /** Adds a folder, or sets the mode of one. */
    public Layer folder(String path, int mode) {
        return put(path, new Entry.Folder(mode));
    }

    /** Adds a file with the given content. */
    public Layer file(String path, int mode, byte[] content) {
        return put(path, new Entry.File(mode, Content.of(content.clone())));
    }

    /** Adds a file with the content that another one has when the layer is written. */
    public Layer file(String path, int mode, Path source) {
        return put(path, new Entry.File(mode, Content.of(source)));
    }

    /** Adds a symbolic link. */
    public Layer link(String path, String target) {
        return put(path, new Entry.Link(target));
    }

    /** Adds all that is in a folder of this machine, with its modes; {@code path} is where it goes. */
    public Layer tree(String path, Path source) throws IOException {
        try (var found = Files.walk(source)) {
            for (var from : (Iterable<Path>) found::iterator) {
                var relative = source.relativize(from).toString();
                var to = relative.isEmpty() ? path : path + "/" + relative;
                if (Files.isSymbolicLink(from))
                    link(to, Files.readSymbolicLink(from).toString());
                else if (Files.isDirectory(from)) folder(to, mode(from));
                else if (Files.isRegularFile(from)) file(to, mode(from), from);
            }
        }
        return this;
    }

    private Layer put(String path, Entry entry) {
        var name = Path.of("/", path).normalize().toString().substring(1);
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1))
            entries.putIfAbsent(name.substring(0, slash), new Entry.Folder(0755));
        if (!name.isEmpty()) entries.put(name, entry);
        return this;
    }

    private static int mode(Path path) throws IOException {
        int mode = 0;
        for (var permission : Files.getPosixFilePermissions(path)) mode |= bit(permission);
        return mode;
    }

    private static int bit(PosixFilePermission permission) {
        return switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 040;
            case GROUP_WRITE -> 020;
            case GROUP_EXECUTE -> 010;
            case OTHERS_READ -> 04;
            case OTHERS_WRITE -> 02;
            case OTHERS_EXECUTE -> 01;
        };
    }

    /** Writes the layer as a tar archive; the stream stays open. */
    void writeTo(OutputStream out) throws IOException {
        var tar = new TarWriter(out);
        for (var named : entries.entrySet()) {
            var path = named.getKey();
            switch (named.getValue()) {
                case Entry.Folder(int mode) -> tar.folder(path, mode);
                case Entry.Link(var target) -> tar.link(path, target);
                case Entry.File(int mode, var content) -> tar.file(path, mode, content);
            }
        }
        tar.finish();
    }
}
