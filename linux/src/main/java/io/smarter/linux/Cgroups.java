package io.smarter.linux;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/** Control groups, in every hierarchy that is mounted: one with version 2, a dozen with version 1. */
public final class Cgroups {
    private final List<Path> hierarchies;

    Cgroups(List<Path> hierarchies) {
        this.hierarchies = List.copyOf(hierarchies);
    }

    /** Those of this machine. */
    public static Cgroups mounted() throws IOException {
        return new Cgroups(Mounts.all().stream()
                .filter(mount -> mount.fileSystem().startsWith("cgroup"))
                .map(Mounts.Mount::target)
                .toList());
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
