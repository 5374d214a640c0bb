package io.smarter.resources;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a node can run short of (Kubernetes "Node-pressure Eviction", eviction signals). */
public enum Signal {
    MEMORY("memory.available", "memory", Condition.MEMORY),
    ALLOCATABLE_MEMORY("allocatableMemory.available", "memory", Condition.MEMORY),
    NODE_DISK("nodefs.available", "ephemeral-storage", Condition.DISK),
    NODE_INODES("nodefs.inodesFree", "inodes", Condition.DISK),
    IMAGE_DISK("imagefs.available", "ephemeral-storage", Condition.DISK),
    IMAGE_INODES("imagefs.inodesFree", "inodes", Condition.DISK),
    PIDS("pid.available", "pids", Condition.PIDS);

    /** A condition of the node that says that it runs short. */
    public enum Condition {
        MEMORY("MemoryPressure"),
        DISK("DiskPressure"),
        PIDS("PIDPressure");

        private final String text;

        Condition(String text) {
            this.text = text;
        }

        /** The condition's type. */
        public String text() {
            return text;
        }
    }

    private final String text;
    private final String resource;
    private final Condition condition;

    Signal(String text, String resource, Condition condition) {
        this.text = text;
        this.resource = resource;
        this.condition = condition;
    }

    /** As settings name it. */
    public String text() {
        return text;
    }

    /** As messages name what is short. */
    public String resource() {
        return resource;
    }

    public Condition condition() {
        return condition;
    }

    /** Whether amounts are bytes. */
    boolean inBytes() {
        return !resource.equals("inodes") && !resource.equals("pids");
    }

    static Signal of(String text) {
        for (var signal : values()) if (signal.text.equals(text)) return signal;
        throw new IllegalArgumentException("eviction signal: must be one of %s, was '%s'"
                .formatted(Arrays.stream(values()).map(Signal::text).collect(Collectors.joining(", ")), text));
    }
}
