package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.files.Disk;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How it stands with the devices of a node, in a file that {@code smarter devices} reads. For use by one thread. */
final class StatusFile {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");

    private final Path file;
    private Json last = Json.Obj.EMPTY;

    private StatusFile(Path file) {
        this.file = file;
    }

    /** Several nodes of one machine, as in a trial, have a file each. */
    static StatusFile of(DevicesSettings settings) {
        return new StatusFile(settings.run().resolve(settings.node() + ".json"));
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    void write(Json.Obj now) {
        if (now.equals(last)) return;
        try {
            Files.createDirectories(Disk.parent(file));
            Disk.write(file, now.pretty().getBytes(UTF_8), Disk.PUBLIC);
            last = now;
        } catch (IOException e) {
            LOG.log(WARNING, "{0} is not written: {1}", file, e.getMessage());
        }
    }
}
