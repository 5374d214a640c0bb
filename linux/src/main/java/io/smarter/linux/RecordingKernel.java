package io.smarter.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** A kernel for tests that remembers what it was asked instead of doing it. */
public final class RecordingKernel implements Kernel {
    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** A kernel that was asked nothing yet. */
    public RecordingKernel() {}

    /** What was asked so far: {@code mount tmpfs /x tmpfs [NO_DEV] size=1m}, {@code unmount /x}. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void mount(String source, Path target, String fileSystem, Set<MountFlag> flags, String data) {
        calls.add("mount %s %s %s %s %s"
                .formatted(source, target, fileSystem, new TreeSet<>(flags), data)
                .strip());
    }

    @Override
    public void unmount(Path target) {
        calls.add("unmount " + target);
    }
}
