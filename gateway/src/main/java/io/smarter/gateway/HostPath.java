package io.smarter.gateway;

import io.smarter.api.Volume.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Volumes that are something of the node. */
final class HostPath {
    private static final int TYPE = 0170000;

    private HostPath() {}

    /**
     * The path, checked or made as its type says.
     *
     * @throws ConfigException if it is not of its type
     */
    static Path check(Source.HostPath volume) throws IOException, ConfigException {
        var path = Path.of(volume.path());
        if (!path.isAbsolute()) throw new ConfigException("hostPath: must be absolute, was '%s'".formatted(path));
        boolean good = switch (volume.type()) {
            case "" -> true;
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                    Payload.Owner.grant(path, 0755, null);
                }
                yield Files.isDirectory(path);
            }
            case "FileOrCreate" -> {
                var parent = path.getParent();
                if (!Files.exists(path)) {
                    if (parent == null || !Files.isDirectory(parent))
                        throw new ConfigException("hostPath: %s can't be made, its folder is missing".formatted(path));
                    Files.createFile(path);
                    Payload.Owner.grant(path, 0644, null);
                }
                yield Files.isRegularFile(path);
            }
            case "Directory" -> Files.isDirectory(path);
            case "File" -> Files.isRegularFile(path);
            case "Socket" -> is(path, 0140000);
            case "CharDevice" -> is(path, 0020000);
            case "BlockDevice" -> is(path, 0060000);
            default -> throw new ConfigException("hostPath: unknown type '%s'".formatted(volume.type()));
        };
        if (!good)
            throw new ConfigException("hostPath type check failed: %s is not a %s".formatted(path, name(volume)));
        return path;
    }

    private static boolean is(Path path, int type) throws IOException {
        return Files.exists(path) && ((Integer) Files.getAttribute(path, "unix:mode") & TYPE) == type;
    }

    private static String name(Source.HostPath volume) {
        return switch (volume.type()) {
            case "Directory", "DirectoryOrCreate" -> "directory";
            case "File", "FileOrCreate" -> "file";
            case "Socket" -> "socket file";
            case "CharDevice" -> "character device";
            default -> "block device";
        };
    }
}
