package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The system calls that we need and that Java does not offer, and no others. Safe for use by many threads. */
public interface Kernel {
    /** Options of a mount that every file system knows, see mount(8). */
    enum MountFlag {
        NO_SUID("nosuid"),
        NO_DEV("nodev");

        final String option;

        MountFlag(String option) {
            this.option = option;
        }
    }

    /**
     * Mounts a file system, mount(2).
     *
     * @param data the file system's own options, such as {@code size=64m}; may be empty
     * @throws IOException naming target and reason
     */
    void mount(String source, Path target, String fileSystem, Set<MountFlag> flags, String data) throws IOException;

    /**
     * Takes the topmost mount off a path, at once for those who look and, where it is still in use, later in truth
     * (umount2(2) with {@code MNT_DETACH}).
     *
     * @throws IOException naming target and reason, for instance that nothing is mounted there
     */
    void unmount(Path target) throws IOException;
}
