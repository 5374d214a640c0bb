package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smarter.api.Resource;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node's pool is to be told as, in ResourceSlices (resource.k8s.io/v1), and what must be written for that. Slices of a pool
 * have one generation: when anything is another, all of them are written. Pure functions.
 */
final class SlicePlan {
    /** What claims call whoever looks after these devices. */
    static final String DRIVER = "devices.smarter.io";

    static final Resource SLICES = new Resource("resource.k8s.io", "v1", "resourceslices", "ResourceSlice", false);

    /** Of one slice. */
    static final int MOST_DEVICES = 128;

    private static final int LONGEST_TEXT = 64;
    private static final int LONGEST_NODE_IN_NAME = 200;

    private SlicePlan() {}

    /** One write. */
    sealed interface Step {
        /** A slice that is not there. It still lacks the Node as its owner. */
        record Create(Json.Obj slice) implements Step {}

        /** A slice that is there, with the {@code resourceVersion} that it replaces. */
        record Update(Json.Obj slice) implements Step {}

        /** A slice too many. */
        record Delete(String name) implements Step {}
    }

    /**
     * The writes that make one of the other; none when all is told as it is.
     *
     * @param actual the slices of the node and of our driver
     */
    static List<Step> of(String node, Pool pool, Collection<Json.Obj> actual) {
        var chunks = chunks(pool);
        var there = new TreeMap<String, Json.Obj>();
        for (var slice : actual) there.put(slice.textOrEmpty("metadata", "name"), slice);
        if (isTold(node, chunks, there)) return List.of();
        long generation = 1
                + there.values().stream().mapToLong(SlicePlan::generation).max().orElse(0);
        var steps = new ArrayList<Step>();
        for (int i = 0; i < chunks.size(); i++) {
            var name = name(node, i);
            var before = there.remove(name);
            var spec = spec(node, generation, chunks.size(), chunks.get(i));
            steps.add(before == null ? new Step.Create(slice(name, spec)) : new Step.Update(before.with("spec", spec)));
        }
        there.keySet().forEach(name -> steps.add(new Step.Delete(name)));
        return steps;
    }

    private static boolean isTold(String node, List<List<Json>> chunks, Map<String, Json.Obj> there) {
        if (there.size() != chunks.size()) return false;
        for (int i = 0; i < chunks.size(); i++) {
            var slice = there.get(name(node, i));
            if (slice == null) return false;
            var first = generation(there.values().iterator().next());
            if (!slice.object("spec").equals(spec(node, first, chunks.size(), chunks.get(i)))) return false;
        }
        return true;
    }

    private static long generation(Json.Obj slice) {
        return slice.number(0, "spec", "pool", "generation");
    }

    /** The name of a node's slice; no two nodes' slices have one name. */
    static String name(String node, int index) {
        var start = node.length() <= LONGEST_NODE_IN_NAME ? node : Pool.name(node);
        return "%s-%s-%d".formatted(start, DRIVER, index);
    }

    private static List<List<Json>> chunks(Pool pool) {
        var chunks = new ArrayList<List<Json>>();
        for (var share : pool.free()) {
            if (chunks.isEmpty() || chunks.getLast().size() == MOST_DEVICES) chunks.add(new ArrayList<>());
            chunks.getLast().add(device(share));
        }
        return chunks;
    }

    private static Json.Obj slice(String name, Json.Obj spec) {
        return Json.obj(
                "apiVersion",
                SLICES.apiVersion(),
                "kind",
                SLICES.kind(),
                "metadata",
                Json.obj("name", name),
                "spec",
                spec);
    }

    private static Json.Obj spec(String node, long generation, int slices, List<Json> devices) {
        var pool = Json.obj("name", node, "generation", generation, "resourceSliceCount", slices);
        return Json.obj("driver", DRIVER, "nodeName", node, "pool", pool, "devices", Json.arr(devices));
    }

    // ---- devices

    private static Json.Obj device(Pool.Share share) {
        var device = share.unit().device();
        var attributes = new HashMap<String, Json>();
        text(attributes, "resource", share.offer().name().substring(Offer.PREFIX.length()));
        text(attributes, "identity", share.unit().identity());
        text(attributes, "path", device.path());
        text(attributes, "subsystem", device.subsystem());
        if (!device.drivers().isEmpty())
            text(attributes, "driver", device.drivers().getFirst());
        device.links().stream()
                .filter(link -> link.contains("/by-id/"))
                .min(NaturalOrder.INSTANCE)
                .ifPresent(link -> text(attributes, "link", link));
        var usb = device.usb();
        if (usb != null) {
            text(attributes, "usbVendor", usb.vendor());
            text(attributes, "usbProduct", usb.product());
            text(attributes, "usbSerial", usb.serial());
            text(attributes, "usbPort", usb.port());
        }
        var near = share.offer().numaNodes(share.unit());
        if (!near.isEmpty()) attributes.put("numaNode", Json.obj("int", near.first()));
        return Json.obj("name", share.name(), "attributes", new Json.Obj(attributes));
    }

    /** What is too long for an attribute is left out: half a serial number is that of another device. */
    private static void text(Map<String, Json> attributes, String name, String value) {
        var plain = value.replaceAll("\\p{Cntrl}", "_");
        int length = plain.getBytes(UTF_8).length;
        if (length > 0 && length <= LONGEST_TEXT) attributes.put(name, Json.obj("string", plain));
    }
}
