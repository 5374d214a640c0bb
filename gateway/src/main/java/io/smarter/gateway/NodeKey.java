package io.smarter.gateway;

import io.smarter.files.Disk;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The key with which a node seals secrets on its disk, in a file of its identity. Another source of keys would take this
 * one's place. Safe for use by many threads.
 */
final class NodeKey {
    private static final System.Logger LOG = System.getLogger(NodeKey.class.getName());

    private final Path file;
    private @Nullable Seal seal;

    /** The key in {@code secrets.key} of a folder; nothing is read yet. */
    NodeKey(Path identity) {
        file = identity.resolve("secrets.key");
    }

    /**
     * The seal of this key, which is made when there is none. It is on disk when this returns.
     *
     * @throws IOException if it can't be read or written: nothing may be sealed
     */
    synchronized Seal seal() throws IOException {
        if (seal == null) seal = new Seal(key());
        return seal;
    }

    private byte[] key() throws IOException {
        try {
            var kept = Files.readAllBytes(file);
            if (kept.length == Seal.KEY) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                return kept;
            }
            putAside(kept.length);
        } catch (NoSuchFileException e) {
            LOG.log(Level.INFO, "a key for the secrets on disk is made: {0}", file);
        }
        var key = new byte[Seal.KEY];
        new SecureRandom().nextBytes(key);
        DataFolder.write(file, key);
        return key;
    }

    /** What was sealed with it is lost, and comes again from the cloud. */
    private void putAside(int length) throws IOException {
        var aside = file.resolveSibling(file.getFileName() + ".broken");
        Disk.rename(file, aside);
        LOG.log(
                Level.ERROR,
                "{0} must have {1} bytes and has {2}: it is now {3}, and secrets come again from the cloud",
                file,
                Seal.KEY,
                length,
                aside);
    }
}
