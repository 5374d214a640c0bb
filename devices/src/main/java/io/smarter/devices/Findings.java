package io.smarter.devices;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What there is below {@code /dev} of a machine, as rules see it: looked for here, or recorded elsewhere. Rules can be tried on it.
 * Immutable.
 */
public final class Findings {
    private static final int MAX_BYTES = 32 << 20;

    private final List<Found> found;

    private Findings(List<Found> found) {
        this.found = List.copyOf(found);
    }

    /**
     * Looks at all that is below {@code /dev}; reads names and numbers, and opens no device.
     *
     * @param dev where it is, {@code /dev}
     * @param sys where {@code /sys} is
     * @param udev where udev keeps what it knows, {@code /run/udev/data}; need not exist
     */
    public static Findings scan(Path dev, Path sys, Path udev) {
        return new Findings(new DeviceScan(dev, sys, udev).scan());
    }

    /**
     * A file with what {@link #json} wrote.
     *
     * @throws IOException if it can't be read, or is something else: naming the file, the entry, the rule and the value
     */
    public static Findings read(Path file) throws IOException {
        try {
            return of(Json.parse(bytes(file, MAX_BYTES)));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    static Findings of(Json json) {
        return new Findings(FoundJson.read(json));
    }

    /** How many files, folders and links there are. */
    public int size() {
        return found.size();
    }

    /** As {@link #read} reads it: a list, by path. */
    public Json.Arr json() {
        return FoundJson.write(found);
    }

    /**
     * What a node that has these devices would offer by a file of rules. Whether the devices answer is not asked.
     *
     * @throws IOException if the file can't be read; what is wrong in it is among the problems of the status
     */
    public DevicesStatus under(Path rules) throws IOException {
        return under(Rules.parse(bytes(rules, Rules.MAX_BYTES)));
    }

    DevicesStatus under(Rules rules) {
        return DevicesStatus.trial(rules, Catalog.of(rules, found));
    }

    private static byte[] bytes(Path file, int most) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(most + 1);
            if (bytes.length > most) throw new IOException("%s: longer than %d bytes".formatted(file, most));
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        }
    }
}
