package io.smarter.gateway;

import io.smarter.linux.Kernel;
import io.smarter.linux.Kernel.MountFlag;
import io.smarter.linux.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;

/** Folders in memory, mounted by the kernel. */
record MemoryFolders(Kernel kernel) implements Tmpfs {
    @Override
    public void mount(Path at, long size) throws IOException {
        var flags = EnumSet.of(MountFlag.NO_SUID, MountFlag.NO_DEV);
        kernel.mount("tmpfs", at, "tmpfs", flags, size == 0 ? "" : "size=" + size);
    }

    @Override
    public void unmount(Path at) throws IOException {
        kernel.unmount(at);
    }

    @Override
    public boolean isMounted(Path at) throws IOException {
        return Mounts.under(at).stream().anyMatch(mount -> mount.target().equals(at));
    }
}
