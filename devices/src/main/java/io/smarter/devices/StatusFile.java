package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.files.Disk;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How it stands with the devices of a node, in a file that {@code smarter devices} reads. For use by one thread. */
final class StatusFile {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final String SUFFIX = ".json";
    private static final int MAX_BYTES = 32 << 20;

    private final Path file;
    private @Nullable DevicesStatus last;

    private StatusFile(Path file) {
        this.file = file;
    }

    /** Several nodes of one machine, as in a trial, have a file each. */
    static StatusFile of(DevicesSettings settings) {
        return new StatusFile(settings.run().resolve(settings.node() + SUFFIX));
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    void write(DevicesStatus now) {
        if (now.equals(last)) return;
        try {
            Files.createDirectories(Disk.parent(file));
            Disk.write(file, now.json().pretty().getBytes(UTF_8), Disk.PUBLIC);
            last = now;
        } catch (ClosedByInterruptException _) {
            // edge ends
        } catch (IOException e) {
            LOG.log(WARNING, "{0} is not written: {1}", file, e.getMessage());
        }
    }

    /** What is in all files of a folder, by the names of the nodes. */
    static List<DevicesStatus> read(Path folder) throws IOException {
        var all = new ArrayList<DevicesStatus>();
        if (!Files.isDirectory(folder)) return all;
        try (var files = Files.newDirectoryStream(folder, "[!.]*" + SUFFIX)) {
            for (var file : files) all.add(readOne(file));
        }
        all.sort(Comparator.comparing(DevicesStatus::node, NaturalOrder.INSTANCE));
        return all;
    }

    private static DevicesStatus readOne(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) throw new IOException("%s: longer than %d bytes".formatted(file, MAX_BYTES));
            return DevicesStatus.of(Json.parse(bytes)).onThisMachine();
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
