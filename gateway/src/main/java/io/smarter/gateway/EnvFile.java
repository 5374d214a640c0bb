package io.smarter.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of variables that a container of the pod wrote (Kubernetes "Env Files"): lines such as {@code NAME='value'}, where
 * a value is literal and may go over many lines.
 *
 * @param name what messages call it
 */
record EnvFile(String name, String text) {
    private static final int LONGEST = 64 << 10;

    /** Blank, a comment, or a variable; never more than a POSIX shell would make of it. */
    private static final Pattern ENTRY = Pattern.compile(
            "[ \t]*+(?:#[^\n]*+|([^=#\\s][^=\\s]*+)='([^'\0]*+)'(?:[ \t]++#[^\n]*+|[ \t]*+))?+(?:\n|\\z)");

    /**
     * The file at a path in a volume; null when there is none. No link is followed, as it could lead out of the volume.
     *
     * @throws ConfigException if it is no such file
     */
    static @Nullable EnvFile read(Path volume, String path) throws IOException, ConfigException {
        var inside = Path.of(path);
        for (var part : inside) {
            if (path.isEmpty() || inside.isAbsolute() || part.toString().equals(".."))
                throw new ConfigException("path: must be relative and stay in the volume, was '%s'".formatted(path));
        }
        try (var folder = Files.newDirectoryStream(volume)) {
            var bytes = read((SecureDirectoryStream<Path>) folder, inside);
            return new EnvFile(path, StandardCharsets.UTF_8.decode(bytes).toString());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static ByteBuffer read(SecureDirectoryStream<Path> folder, Path path) throws IOException, ConfigException {
        var first = path.getName(0);
        if (path.getNameCount() > 1) {
            try (var next = folder.newDirectoryStream(first, LinkOption.NOFOLLOW_LINKS)) {
                return read(next, path.subpath(1, path.getNameCount()));
            }
        }
        var view = folder.getFileAttributeView(first, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().isRegularFile())
            throw new ConfigException("path: must be of a regular file, '%s' is none".formatted(first));
        try (var file = folder.newByteChannel(first, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            var buffer = ByteBuffer.allocate((int) Math.min(file.size(), LONGEST) + 1);
            while (file.read(buffer) > 0) {} // until its end, or more than there may be
            if (buffer.position() > LONGEST)
                throw new ConfigException("'%s': must be of at most %d bytes".formatted(first, LONGEST));
            return buffer.flip();
        }
    }

    /**
     * The value of the first variable of a name; null when there is none.
     *
     * @throws ConfigException if a line before is none of a file of variables
     */
    @Nullable
    String value(String key) throws ConfigException {
        var entry = ENTRY.matcher(text);
        for (int at = 0; at < text.length(); at = entry.end()) {
            if (!entry.region(at, text.length()).lookingAt())
                throw new ConfigException("'%s', line %d: must be blank, a comment or NAME='value', in single quotes"
                        .formatted(name, text.substring(0, at).lines().count() + 1));
            if (key.equals(entry.group(1))) return entry.group(2);
        }
        return null;
    }
}
