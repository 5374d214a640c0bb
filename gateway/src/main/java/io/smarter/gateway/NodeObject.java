package io.smarter.gateway;

import io.smarter.api.Version;
import io.smarter.deviceplugin.DeviceCount;
import io.smarter.json.Json;
import io.smarter.resources.Signal.Condition;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The Node of this machine, as the API has it. */
record NodeObject(
        GatewaySettings settings,
        NodeFacts facts,
        String runtime,
        Supplier<Map<String, DeviceCount>> devices,
        Supplier<Set<Condition>> shortages) {
    private static final Map<String, String> WORDS = Map.of(
            "InsufficientMemory", "insufficient memory available",
            "SufficientMemory", "sufficient memory available",
            "DiskPressure", "disk pressure",
            "NoDiskPressure", "no disk pressure",
            "InsufficientPID", "insufficient PID available",
            "SufficientPID", "sufficient PID available");
    private static final String TAINT = "smarter.type";

    /** The labels that are this agent's to say; others are their users'. */
    Map<String, String> labels() {
        var labels = new TreeMap<String, String>();
        labels.put("kubernetes.io/arch", facts.architecture());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/hostname", settings.name());
        labels.put("beta.kubernetes.io/arch", facts.architecture());
        labels.put("beta.kubernetes.io/os", "linux");
        labels.put("smarter.type", "edge");
        labels.put("smarter.nodetype", facts.type());
        labels.put("smarter.nodemodel", facts.model());
        labels.put("smarter-build", "user-installed");
        labels.putAll(settings.labels());
        return labels;
    }

    /** A new Node. */
    Json.Obj node() {
        var spec = settings.tainted() ? Json.obj("taints", List.of(taint())) : Json.Obj.EMPTY;
        return Json.obj(
                "apiVersion",
                "v1",
                "kind",
                "Node",
                "metadata",
                Json.obj("name", settings.name(), "labels", labels()),
                "spec",
                spec);
    }

    private static Json.Obj taint() {
        return Json.obj("key", TAINT, "value", "edge", "effect", "NoSchedule");
    }

    /**
     * The Node's status.
     *
     * @param previous the status that was said last, from which times are kept
     * @param trouble why the node can't run pods; empty when it can
     */
    Json.Obj status(Json.Obj previous, Instant now, String trouble) throws IOException {
        var capacity = new NodeCapacity(facts, settings.limits(), settings.data());
        var counts = devices.get();
        return Json.obj(
                "capacity", with(capacity.capacity(), counts, DeviceCount::capacity),
                "allocatable", with(capacity.allocatable(), counts, DeviceCount::allocatable),
                "conditions", conditions(previous, now, trouble),
                "addresses",
                        List.of(
                                Json.obj("type", "InternalIP", "address", address()),
                                Json.obj("type", "Hostname", "address", settings.name())),
                "nodeInfo", info());
    }

    /** Amounts of the node's own with those of devices; one that is gone is taken out of the Node. */
    private static Json.Obj with(
            Json.Obj amounts, Map<String, DeviceCount> devices, ToIntFunction<DeviceCount> number) {
        var all = amounts;
        for (var device : devices.entrySet()) {
            var count = device.getValue();
            var amount = count.gone() ? Json.Null.NULL : Json.of(Integer.toString(number.applyAsInt(count)));
            all = all.with(device.getKey(), amount);
        }
        return all;
    }

    String address() {
        return facts.address(settings.server().getHost());
    }

    private Json.Obj info() {
        return Json.obj(
                "machineID", facts.machineId(),
                "systemUUID", facts.systemUuid(),
                "bootID", facts.bootId(),
                "kernelVersion", facts.kernel(),
                "osImage", facts.osImage(),
                "containerRuntimeVersion", runtime,
                "kubeletVersion", Version.FULL,
                "kubeProxyVersion", Version.FULL,
                "operatingSystem", "linux",
                "architecture", facts.architecture());
    }

    private Json.Arr conditions(Json.Obj previous, Instant now, String trouble) throws IOException {
        var holding = shortages.get();
        return Json.arr(
                shortage(Condition.MEMORY, holding, "InsufficientMemory", "SufficientMemory", previous, now),
                shortage(Condition.DISK, holding, "DiskPressure", "NoDiskPressure", previous, now),
                shortage(Condition.PIDS, holding, "InsufficientPID", "SufficientPID", previous, now),
                condition(
                        "Ready",
                        trouble.isEmpty(),
                        trouble.isEmpty() ? "KubeletReady" : "KubeletNotReady",
                        trouble.isEmpty() ? "the agent runs pods" : trouble,
                        previous,
                        now));
    }

    /** The kubelet's words for its reason, which are also those of its message. */
    private static Json.Obj shortage(
            Condition condition, Set<Condition> holding, String bad, String good, Json.Obj previous, Instant now) {
        boolean holds = holding.contains(condition);
        var word = holds ? bad : good;
        return condition(
                condition.text(),
                holds,
                "KubeletHas" + word,
                "kubelet has " + WORDS.getOrDefault(word, word),
                previous,
                now);
    }

    private static Json.Obj condition(
            String type, boolean holds, String reason, String message, Json.Obj previous, Instant now) {
        var status = holds ? "True" : "False";
        var since = PodStatus.time(now);
        for (var before : previous.items("conditions")) {
            if (type.equals(before.text("type")) && status.equals(before.text("status")))
                since = before.text("lastTransitionTime") == null ? since : before.textOrEmpty("lastTransitionTime");
        }
        return Json.obj(
                "type", type,
                "status", status,
                "lastHeartbeatTime", PodStatus.time(now),
                "lastTransitionTime", since,
                "reason", reason,
                "message", message);
    }
}
