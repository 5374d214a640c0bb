package io.smarter.devices;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The node's file of rules. Where there is none, those that SMARTER always had are in force. */
record RulesFile(Path file) {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");

    /**
     * The rules that are in force now. What is no list of rules leaves those that were there before.
     *
     * @param before null for none
     */
    Rules read(@Nullable Rules before) {
        var read = Rules.parse(text());
        for (var problem : read.problems()) LOG.log(WARNING, "{0}: {1}", file, problem);
        if (!read.readable() && before != null) return new Rules(before.rules(), read.problems(), false);
        LOG.log(INFO, "{0} rules of {1} are in force", read.rules().size(), file);
        return read;
    }

    private byte[] text() {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(Rules.MAX_BYTES + 1);
        } catch (NoSuchFileException _) {
            return usual();
        } catch (IOException e) {
            return ("unreadable: " + e.getMessage()).getBytes(UTF_8);
        }
    }

    /** Those that SMARTER always had. */
    static byte[] usual() {
        try (var in = Devices.class.getResourceAsStream("rules.yaml")) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
