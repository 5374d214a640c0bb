package io.smarter.devices;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.files.Disk;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims that are prepared, each a file in which container runtimes look for devices, by which it is also known after a
 * restart. Safe for use by many threads.
 */
final class ClaimFiles {
    private static final System.Logger LOG = System.getLogger("io.smarter.devices");
    private static final String START = SlicePlan.DRIVER + "-claim-";
    private static final String END = ".json";
    private static final int MAX_BYTES = 1 << 20;

    private final Path folder;
    private final Map<String, PreparedClaim> claims = new HashMap<>();
    private final Map<String, Json.Obj> documents = new HashMap<>();

    /** With what is there already. */
    ClaimFiles(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        try (var files = Files.newDirectoryStream(folder, START + "*" + END)) {
            for (var file : files) read(file);
        }
    }

    private void read(Path file) {
        var name = file.getFileName().toString();
        var uid = name.substring(START.length(), name.length() - END.length());
        try (var in = Files.newInputStream(file)) {
            if (Json.parse(in.readNBytes(MAX_BYTES)) instanceof Json.Obj document)
                PreparedClaim.read(uid, document).ifPresent(claim -> {
                    claims.put(uid, claim);
                    documents.put(uid, document);
                });
        } catch (IOException | JsonException e) {
            LOG.log(WARNING, "{0} is not read: {1}", file, e.getMessage());
        }
    }

    private Path file(String uid) {
        PreparedClaim.checkUid(uid);
        return folder.resolve(START + uid + END);
    }

    synchronized Optional<PreparedClaim> get(String uid) {
        return Optional.ofNullable(claims.get(uid)).filter(_ -> Files.exists(file(uid)));
    }

    synchronized List<PreparedClaim> all() {
        return List.copyOf(claims.values());
    }

    /**
     * Prepares a claim.
     *
     * @throws IllegalArgumentException if it has a device that is not in the pool
     */
    synchronized void write(PreparedClaim claim, Pool pool) throws IOException {
        var document = claim.document(pool);
        Disk.write(file(claim.uid()), document.pretty().getBytes(UTF_8), Disk.PUBLIC);
        claims.put(claim.uid(), claim);
        documents.put(claim.uid(), document);
    }

    /** No error if it is not there. */
    synchronized void delete(String uid) throws IOException {
        Disk.delete(file(uid));
        claims.remove(uid);
        documents.remove(uid);
    }

    /** A device that came back under another number is another file, for containers that start from now on. */
    synchronized void refresh(Pool pool) {
        for (var claim : all()) {
            try {
                if (!claim.document(pool).equals(documents.get(claim.uid()))) write(claim, pool);
            } catch (IllegalArgumentException _) {
                // a device of it is not there now
            } catch (IOException e) {
                LOG.log(WARNING, "claim {0} is not described anew: {1}", claim.uid(), e.getMessage());
            }
        }
    }

    /** Takes all of them away. */
    static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return;
        try (var files = Files.newDirectoryStream(folder, START + "*" + END)) {
            for (var file : files) Files.deleteIfExists(file);
        }
    }
}
