package io.smarter.gateway;

import java.io.IOException;
import java.nio.file.Path;

/** Folders that are kept in memory. */
interface Tmpfs {
    /** Mounts one over a folder; size in bytes, 0 for the kernel's default. */
    void mount(Path at, long size) throws IOException;

    /** Mounts one over a folder unless there is one; only its owner may enter it. */
    void ensure(Path at) throws IOException;

    void unmount(Path at) throws IOException;

    boolean isMounted(Path at) throws IOException;
}
