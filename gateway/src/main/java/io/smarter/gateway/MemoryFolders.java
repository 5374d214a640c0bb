package io.smarter.gateway;

import io.smarter.files.PowerCut;
import io.smarter.linux.Kernel;
import io.smarter.linux.Kernel.MountFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;

/** Folders in memory, mounted by the kernel. Safe for use by many threads. */
final class MemoryFolders implements Tmpfs {
    private static final String DEVICE = "unix:dev";

    private final Kernel kernel;

    MemoryFolders(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public void mount(Path at, long size) throws IOException {
        var flags = EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV);
        kernel.mount("tmpfs", at, "tmpfs", flags, size == 0 ? "" : "size=" + size);
        PowerCut.after("mount", at);
    }

    @Override
    public synchronized void ensure(Path at) throws IOException {
        if (isMounted(at)) return;
        DataFolder.createPrivate(at);
        mount(at, 0);
        DataFolder.createPrivate(at);
    }

    @Override
    public void unmount(Path at) throws IOException {
        kernel.unmount(at);
        PowerCut.after("unmount", at);
    }

    /** A file system of its own is another device than that of the folder above. */
    @Override
    public boolean isMounted(Path at) throws IOException {
        return Files.isDirectory(at)
                && !Objects.equals(Files.getAttribute(at, DEVICE), Files.getAttribute(at.resolve(".."), DEVICE));
    }
}
