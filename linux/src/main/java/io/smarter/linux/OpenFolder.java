package io.smarter.linux;

import java.io.IOException;
import java.nio.file.Path;

/** A folder that is open: it stays itself, whatever is done to its name. */
record OpenFolder(int descriptor) implements AutoCloseable {
    static OpenFolder open(Path path) throws IOException {
        return new OpenFolder(NativeCalls.open(path));
    }

    /** Where Java finds what is open here. */
    static Path path(int descriptor) {
        return Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    Path path() {
        return path(descriptor);
    }

    /** What is behind a name here, also if that is a link of the kernel's, such as {@code root} of a process. */
    OpenFolder folder(String name) throws IOException {
        return open(path().resolve(name));
    }

    /** A folder here; a symbolic link is an error. */
    OpenFolder inside(String name) throws IOException {
        return new OpenFolder(FileCalls.open(descriptor, name, FileCalls.PATH_FOLDER));
    }

    @Override
    public void close() throws IOException {
        NativeCalls.close(descriptor);
    }
}
