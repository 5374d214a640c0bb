package io.smarter.devices;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A ResourceClaim whose devices are ready for containers. It is kept as a CDI document and nowhere else: the names of the devices
 * in there say for which request of the claim they are. Pure.
 *
 * @param uid of the claim
 * @param devices at least one
 */
record PreparedClaim(String uid, List<Ready> devices) {
    static final String KIND = SlicePlan.DRIVER + "/claim";

    private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final String OTHERS = SlicePlan.DRIVER + "/cdi";

    /**
     * A device of the pool that was given to a claim.
     *
     * @param request of the claim; which of several subrequests was met is no part of it
     * @param device its name in the pool
     */
    record Allotted(String request, String device) {
        Allotted {
            check("request", request);
            check("device", device);
        }

        private static void check(String what, String name) {
            if (!LABEL.matcher(name).matches())
                throw new IllegalArgumentException("%s: must be a DNS label, was '%s'".formatted(what, name));
        }
    }

    /**
     * A device that containers can have.
     *
     * @param others names of CDI devices that others describe and that go along
     */
    record Ready(Allotted allotted, List<String> others) {
        Ready {
            others = List.copyOf(others);
        }
    }

    PreparedClaim {
        checkUid(uid);
        devices = List.copyOf(devices);
    }

    /** @throws IllegalArgumentException if this can't be the uid of an object; it becomes part of a file's name */
    static void checkUid(String uid) {
        if (!UID.matcher(uid).matches())
            throw new IllegalArgumentException("uid: must be 1 to 64 of A-Za-z0-9-, was '%s'".formatted(uid));
    }

    /** Whether these are its devices. */
    boolean has(List<Allotted> allotted) {
        return devices.stream().map(Ready::allotted).toList().equals(allotted);
    }

    /** What a container must ask the runtime for to get one of its devices. */
    List<String> cdi(Ready device) {
        return Stream.concat(Stream.of(KIND + "=" + name(device.allotted)), device.others.stream())
                .toList();
    }

    private String name(Allotted allotted) {
        return "%s.%s.%s".formatted(uid, allotted.request, allotted.device);
    }

    /** With what the rules give along. */
    static PreparedClaim of(String uid, List<Allotted> allotted, Pool pool) {
        var ready = allotted.stream()
                .map(one ->
                        new Ready(one, share(pool, one).offer().rule().given().cdi()))
                .toList();
        return new PreparedClaim(uid, ready);
    }

    private static Pool.Share share(Pool pool, Allotted allotted) {
        var share = pool.get(allotted.device);
        if (share == null) throw new IllegalArgumentException("the node has no device '%s'".formatted(allotted.device));
        return share;
    }

    // ---- as a CDI document

    /**
     * Describes its devices to container runtimes. Devices of one resource know of each other, such that no two come to one path in
     * a container that has all of them.
     *
     * @throws IllegalArgumentException if one is not in the pool, or has nothing to give
     */
    Json.Obj document(Pool pool) {
        var units = new LinkedHashMap<Offer, LinkedHashSet<Unit>>();
        for (var device : devices) {
            var share = share(pool, device.allotted);
            units.computeIfAbsent(share.offer(), _ -> new LinkedHashSet<>()).add(share.unit());
        }
        var described = new ArrayList<Json>();
        boolean annotated = false;
        for (var device : devices) {
            var share = share(pool, device.allotted);
            var all = List.copyOf(units.getOrDefault(share.offer(), new LinkedHashSet<>()));
            var edits = CdiSpec.edits(share.unit(), part(share.offer(), all, share.unit()));
            if (edits.members().isEmpty())
                throw new IllegalArgumentException("device '%s' has no files".formatted(device.allotted.device));
            annotated |= !device.others.isEmpty();
            described.add(Json.obj(
                    "name", name(device.allotted), "annotations", annotations(device), "containerEdits", edits));
        }
        var version = annotated ? CdiSpec.VERSION_WITH_ANNOTATIONS : CdiSpec.VERSION;
        return Json.obj("cdiVersion", version, "kind", KIND, "devices", described);
    }

    private static Json.@Nullable Obj annotations(Ready device) {
        return device.others.isEmpty() ? null : Json.obj(OTHERS, String.join(",", device.others));
    }

    /** What a unit adds to those before it; variables are those of all, whichever is asked for last. */
    private static Grant part(Offer offer, List<Unit> units, Unit unit) {
        int index = units.indexOf(unit);
        var before = index == 0
                ? List.<Rule.Node>of()
                : Grant.ofUnits(offer, units.subList(0, index)).nodes();
        var nodes = new ArrayList<>(
                Grant.ofUnits(offer, units.subList(0, index + 1)).nodes());
        nodes.removeAll(before);
        var all = Grant.ofUnits(offer, units);
        return new Grant(nodes, all.env(), all.mounts(), all.cdi(), all.numaNodes());
    }

    /** What a document is about; empty if it is none of ours. */
    static Optional<PreparedClaim> read(String uid, Json document) {
        if (!document.textOrEmpty("kind").equals(KIND)) return Optional.empty();
        var devices = new ArrayList<Ready>();
        try {
            for (var device : document.items("devices")) {
                var parts = device.textOrEmpty("name").split("\\.", -1);
                if (parts.length != 3 || !parts[0].equals(uid)) return Optional.empty();
                var others = device.texts("annotations").getOrDefault(OTHERS, "");
                devices.add(new Ready(
                        new Allotted(parts[1], parts[2]),
                        others.isEmpty() ? List.of() : Arrays.asList(others.split(",", -1))));
            }
            return devices.isEmpty() ? Optional.empty() : Optional.of(new PreparedClaim(uid, devices));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    // ---- of a ResourceClaim

    /**
     * Which devices of a pool a ResourceClaim (resource.k8s.io/v1) was given.
     *
     * @throws IllegalArgumentException if it has none, or asks for what we do not do
     */
    static List<Allotted> allotted(Json.Obj claim, String pool) {
        var allocation = claim.at("status", "allocation");
        if (allocation == null) throw new IllegalArgumentException("it is not allocated");
        for (var config : allocation.items("devices", "config"))
            if (config.textOrEmpty("opaque", "driver").equals(SlicePlan.DRIVER))
                throw new IllegalArgumentException("config: %s takes no parameters".formatted(SlicePlan.DRIVER));
        var allotted = new LinkedHashSet<Allotted>();
        for (var result : allocation.items("devices", "results")) {
            boolean ours = result.textOrEmpty("driver").equals(SlicePlan.DRIVER)
                    && result.textOrEmpty("pool").equals(pool);
            if (ours) allotted.add(allotted(result));
        }
        if (allotted.isEmpty())
            throw new IllegalArgumentException(
                    "it was given no device of driver %s and pool %s".formatted(SlicePlan.DRIVER, pool));
        return List.copyOf(allotted);
    }

    private static Allotted allotted(Json result) {
        var request = result.textOrEmpty("request");
        int slash = request.indexOf('/');
        return new Allotted(slash < 0 ? request : request.substring(0, slash), result.textOrEmpty("device"));
    }

    /** Which exclusive groups it holds, as far as its devices are there. */
    Map<String, String> groups(Pool pool) {
        var groups = new LinkedHashMap<String, String>();
        for (var device : devices) {
            var share = pool.get(device.allotted.device);
            var group = share == null ? null : share.offer().rule().exclusive();
            if (group != null) groups.put(group, device.allotted.device);
        }
        return groups;
    }
}
