package io.smarter.gateway;

import io.smarter.api.Quantity;
import io.smarter.json.Json;
import io.smarter.linux.DiskSpace;
import io.smarter.resources.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much the node has, and how much of it pods may ask for: what is not reserved, less the memory and the disk that
 * eviction keeps free.
 *
 * @param disk a path on the disk of volumes and logs
 */
record NodeCapacity(NodeFacts facts, NodeLimits limits, Path disk) {
    private static final String PODS = "110";

    Json.Obj capacity() {
        return Json.obj(
                        "cpu",
                        Integer.toString(facts.cores()),
                        "memory",
                        kibi(facts.memory()),
                        "pods",
                        PODS,
                        "ephemeral-storage",
                        kibi(diskSpace()))
                .with("hugepages-1Gi", Json.of(hugePages("1048576kB", 1L << 30)))
                .with("hugepages-2Mi", Json.of(hugePages("2048kB", 1L << 21)));
    }

    Json.Obj allocatable() {
        var settings = limits.pressure();
        var allocatable = new LinkedHashMap<>(capacity().members());
        long memory = limits.unreserved("memory", facts.memory()) - settings.hard(Signal.MEMORY, facts.memory());
        long space = limits.unreserved("ephemeral-storage", diskSpace()) - settings.hard(Signal.NODE_DISK, diskSpace());
        var cpu = Quantity.ofMilli(limits.unreservedCores(facts.cores()));
        allocatable.put("cpu", Json.of(cpu.toString()));
        allocatable.put("memory", Json.of(kibi(Math.max(0, memory))));
        allocatable.put("ephemeral-storage", Json.of(Long.toString(Math.max(0, space))));
        return new Json.Obj(Map.copyOf(allocatable));
    }

    private long diskSpace() {
        return DiskSpace.bytesOf(disk).capacity();
    }

    private static String kibi(long bytes) {
        return bytes / 1024 + "Ki";
    }

    /** What is set aside in pages of a size. */
    private String hugePages(String size, long bytes) {
        var file = facts.host().sys().resolve("kernel/mm/hugepages/hugepages-" + size + "/nr_hugepages");
        try {
            return Quantity.ofBytes(Long.parseLong(Files.readString(file).strip()) * bytes)
                    .toString();
        } catch (IOException | NumberFormatException _) {
            return "0"; // the machine has no such pages
        }
    }
}
