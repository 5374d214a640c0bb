package io.smarter.linux;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Control groups, in every hierarchy that is mounted: one with version 2, a dozen with version 1. */
public final class Cgroups {
    private final List<Path> hierarchies;

    Cgroups(List<Path> hierarchies) {
        this.hierarchies = List.copyOf(hierarchies);
    }

    /** Those of this machine, version 1 before version 2, which has no controllers where there are both. */
    public static Cgroups mounted() throws IOException {
        return new Cgroups(Mounts.all().stream()
                .filter(mount -> mount.fileSystem().startsWith("cgroup"))
                .sorted(Comparator.comparing(Mounts.Mount::fileSystem))
                .map(Mounts.Mount::target)
                .toList());
    }

    /** What a group uses, such as {@code kubepods/pod<uid>}; null if there is none. */
    public @Nullable GroupUsage usage(String group) {
        return new GroupReader(hierarchies, group).read();
    }

    /**
     * Makes a group where it is missing and limits it.
     *
     * @throws IOException if the kernel refuses a limit, naming file and value; the others are set all the same
     */
    public void limit(String group, GroupLimits limits) throws IOException {
        new GroupWriter(hierarchies, group).write(limits);
    }

    /** A process in a group or below it; 0 if there is none. */
    public long process(String group) {
        for (var hierarchy : hierarchies) {
            long process = processBelow(hierarchy.resolve(group));
            if (process > 0) return process;
        }
        return 0;
    }

    private static long processBelow(Path folder) {
        try (var procs = Files.newBufferedReader(folder.resolve("cgroup.procs"))) {
            var line = procs.readLine();
            if (line != null) return Long.parseLong(line.strip());
        } catch (IOException | NumberFormatException _) {
            return 0; // it has gone, or has no processes of its own as it delegates
        }
        try (var entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (var entry : entries) {
                long process = processBelow(entry);
                if (process > 0) return process;
            }
        } catch (IOException _) {
            return 0;
        }
        return 0;
    }

    /**
     * Removes a group and those below it, such as {@code kubepods/pod<uid>}; no error if there is none.
     *
     * @throws IOException if a process is still in one of them; the others are removed all the same
     */
    public void remove(String group) throws IOException {
        IOException failed = null;
        for (var hierarchy : hierarchies) {
            var folder = hierarchy.resolve(group).normalize();
            if (folder.equals(hierarchy) || !folder.startsWith(hierarchy))
                throw new IllegalArgumentException("not below the root of a hierarchy: " + group);
            try {
                removeTree(folder);
            } catch (IOException e) {
                if (failed == null) failed = e;
                else failed.addSuppressed(e);
            }
        }
        if (failed != null) throw failed;
    }

    /** Removes a group, such as {@code kubepods}, from every hierarchy in which no group is below it and no process in it. */
    public void removeIfUnused(String group) {
        for (var hierarchy : hierarchies) {
            try {
                Files.deleteIfExists(hierarchy.resolve(group));
            } catch (IOException _) {
                // Others use it.
            }
        }
    }

    /** The files in a group's folder are the kernel's and vanish with it: only folders are removed, deepest first. */
    private static void removeTree(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (var entry : entries) removeTree(entry);
        } catch (NoSuchFileException | NotDirectoryException _) {
            return;
        }
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            throw new IOException("cgroup " + folder + ": not empty", e);
        } catch (IOException e) {
            throw new IOException("cgroup " + folder + ": still in use", e);
        }
    }
}
