package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The system calls that we need and that Java does not offer, and no others. Safe for use by many threads. */
public interface Kernel {
    /** Flags of a mount, see mount(2). */
    enum MountFlag {
        READ_ONLY(1),
        NO_SUID(1 << 1),
        NO_DEV(1 << 2),
        NO_EXEC(1 << 3),
        REMOUNT(1 << 5),
        BIND(1 << 12),
        RECURSIVE(1 << 14),
        PRIVATE(1 << 18),
        SLAVE(1 << 19),
        SHARED(1 << 20);

        final long bit;

        MountFlag(long bit) {
            this.bit = bit;
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
