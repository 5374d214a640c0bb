package io.smarter.agent;

import io.smarter.files.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Versions of the agent on a gateway's disk: {@code state}, {@code versions/NAME/} and {@code staging/}, where one is put
 * together. Used by one thread, but for reading the state.
 *
 * @param root the folder of all that
 * @param program the folder of the version that runs
 * @param installed the folder of the version that came with the machine
 * @param space tells how many bytes can be written
 */
public record AgentFolder(Path root, Path program, Path installed, Space space) {
    static final String MANIFEST = "release.json";
    static final String VERSION = "version";

    public AgentFolder(Path root, Path program, Path installed) {
        this(root, program, installed, () -> Files.getFileStore(root).getUsableSpace());
    }

    /** How much can be written. */
    public interface Space {
        long bytes() throws IOException;
    }

    long free() throws IOException {
        return space.bytes();
    }

    /** The version of this process. */
    public String running() throws IOException {
        return versionOf(program);
    }

    /** The version whose files are in a folder. */
    public static String versionOf(Path folder) throws IOException {
        return Files.readString(folder.resolve(VERSION)).strip();
    }

    /** What is to run; that of a new machine if nothing was written yet. */
    AgentState state() throws IOException {
        return state(root);
    }

    /** What is to run, as the folder of a gateway's versions has it. */
    public static AgentState state(Path root) throws IOException {
        try {
            return AgentState.parse(Files.readString(root.resolve("state")));
        } catch (NoSuchFileException e) {
            return AgentState.FIRST;
        }
    }

    void write(AgentState state) throws IOException {
        Files.createDirectories(root);
        Disk.write(root.resolve("state"), state.text().getBytes(StandardCharsets.UTF_8), Disk.PUBLIC);
    }

    Path versions() {
        return root.resolve("versions");
    }

    Path version(String name) {
        return versions().resolve(name);
    }

    Path staging() {
        return root.resolve("staging");
    }

    /** Whether a version can be tried as it is. One of which something is damaged is deleted, unless it runs. */
    boolean has(String version, List<X509Certificate> authorities) throws IOException {
        if (version.equals(versionOf(installed))) return true;
        var folder = version(version);
        if (!Files.isDirectory(folder)) return false;
        if (isWhole(folder, version, authorities)) return true;
        if (!folder.equals(program)) remove(folder);
        return false;
    }

    private static boolean isWhole(Path folder, String version, List<X509Certificate> authorities) throws IOException {
        Release release;
        try {
            release = SignedRelease.parse(Files.readAllBytes(folder.resolve(MANIFEST)))
                    .verified(authorities);
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return false;
        }
        if (!release.version().equals(version)) return false;
        for (var file : release.files()) {
            if (!Digests.holds(folder.resolve(file.path()), file)) return false;
        }
        return true;
    }

    /** The folders whose files may serve another version. */
    List<Path> sources() throws IOException {
        var folders = new ArrayList<>(List.of(program));
        if (!installed.equals(program)) folders.add(installed);
        for (var folder : installedVersions()) if (!folder.equals(program)) folders.add(folder);
        return folders;
    }

    private List<Path> installedVersions() throws IOException {
        if (!Files.isDirectory(versions())) return List.of();
        try (var folders = Files.list(versions())) {
            return folders.sorted().toList();
        }
    }

    /** Deletes what is neither run, nor tried, nor what one could go back to, and what was begun. */
    void tidy() throws IOException {
        removeUnused();
        Disk.deleteAll(staging());
    }

    /** Deletes the versions that are neither run, nor tried, nor what one could go back to. */
    void removeUnused() throws IOException {
        var state = state();
        var kept = new HashSet<>(List.of(state.current(), state.previous(), state.trial(), running()));
        for (var folder : installedVersions()) {
            if (!kept.contains(String.valueOf(folder.getFileName()))) remove(folder);
        }
    }

    /** Without its list of files, a folder that is half deleted is no version. */
    private void remove(Path folder) throws IOException {
        Disk.delete(folder.resolve(MANIFEST));
        Disk.deleteAll(folder);
    }
}
