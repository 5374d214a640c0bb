package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.cri.v1.CDIDevice;
import io.smarter.cri.v1.ContainerConfig;
import io.smarter.cri.v1.Device;
import io.smarter.cri.v1.KeyValue;
import io.smarter.cri.v1.Mount;
import io.smarter.deviceplugin.Admission;
import io.smarter.deviceplugin.DeviceChange;
import io.smarter.deviceplugin.DeviceHealth;
import io.smarter.deviceplugin.DevicePlugins;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The devices of this node's pods. */
record PodDevices(DevicePlugins plugins) {
    static final String WAITING = "WaitingForDevices";
    static final String REFUSED = "UnexpectedAdmissionError";

    /** A pod can't have the devices that it wants. The reason is the one that its status shows. */
    static final class LackingException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        LackingException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** Gives a pod its devices, if it has not got them, and has them prepared for a container that is about to start. */
    void prepare(Pod pod, Container container) throws LackingException, IOException {
        switch (plugins.admit(pod)) {
            case Admission.Granted _ -> plugins.beforeStart(pod, container.name());
            case Admission.Waiting(var message) -> throw new LackingException(WAITING, message);
            case Admission.Refused(var message) -> throw new LackingException(REFUSED, message);
        }
    }

    /** Adds what a container needs to use its devices; what the pod says itself goes before what plugins say. */
    ContainerConfig addTo(ContainerConfig config, Pod pod, Container container) {
        var allotted = plugins.allotted(pod, container.name());
        if (allotted.isEmpty()) return config;
        var more = config.toBuilder();
        var names = config.getEnvsList().stream().map(KeyValue::getKey).collect(Collectors.toCollection(HashSet::new));
        var paths = config.getMountsList().stream()
                .map(Mount::getContainerPath)
                .collect(Collectors.toCollection(HashSet::new));
        for (var response : allotted) {
            response.getEnvsMap().forEach((name, value) -> {
                if (names.add(name))
                    more.addEnvs(KeyValue.newBuilder().setKey(name).setValue(value));
            });
            response.getAnnotationsMap().forEach((name, value) -> {
                if (!more.containsAnnotations(name)) more.putAnnotations(name, value);
            });
            addFiles(more, response, paths);
        }
        return more.build();
    }

    private static void addFiles(
            ContainerConfig.Builder config, ContainerAllocateResponse response, Set<String> paths) {
        for (var mount : response.getMountsList()) {
            if (paths.add(mount.getContainerPath()))
                config.addMounts(Mount.newBuilder()
                        .setContainerPath(mount.getContainerPath())
                        .setHostPath(mount.getHostPath())
                        .setReadonly(mount.getReadOnly()));
        }
        for (var device : response.getDevicesList()) {
            if (paths.add(device.getContainerPath()))
                config.addDevices(Device.newBuilder()
                        .setContainerPath(device.getContainerPath())
                        .setHostPath(device.getHostPath())
                        .setPermissions(device.getPermissions()));
        }
        for (var device : response.getCdiDevicesList()) {
            var named = CDIDevice.newBuilder().setName(device.getName()).build();
            if (!config.getCDIDevicesList().contains(named)) config.addCDIDevices(named);
        }
    }

    /** A pod's status with the health of its containers' devices. */
    Json.Obj shown(Pod pod, Json.Obj status) {
        var statuses = new ArrayList<Json>();
        boolean any = false;
        for (var container : status.items("containerStatuses")) {
            var held = plugins.held(pod.uid(), container.textOrEmpty("name"));
            any |= !held.isEmpty();
            statuses.add(held.isEmpty() ? container : container.object().with("allocatedResourcesStatus", shown(held)));
        }
        return any ? status.with("containerStatuses", Json.arr(statuses)) : status;
    }

    private static Json.Arr shown(Map<String, Map<String, DeviceHealth>> held) {
        var resources = new ArrayList<Json>();
        held.forEach((name, devices) -> {
            var all = new ArrayList<Json>();
            devices.forEach((id, health) -> all.add(Json.obj("resourceID", id, "health", health.text())));
            resources.add(Json.obj("name", name, "resources", all));
        });
        return Json.arr(resources);
    }

    /** Whether a pod may want to hear of a change. */
    static boolean concerns(Pod pod, DeviceChange change) {
        return DevicePlugins.wants(pod, change.resource());
    }

    /** Tells people when devices of a pod come and go. */
    void tell(Pod pod, DeviceChange change, EventLog events) {
        if (change.lost().isEmpty() && change.found().isEmpty()) return;
        for (var container : pod.allContainers()) {
            var held = plugins.held(pod.uid(), container.name()).getOrDefault(change.resource(), Map.of());
            held.forEach((id, health) -> {
                var message = "Device %s of %s: health is %s".formatted(id, change.resource(), health.text());
                if (change.lost().contains(id))
                    events.record(pod, container.name(), EventLog.Kind.WARNING, "DeviceUnhealthy", message);
                if (change.found().contains(id))
                    events.record(pod, container.name(), EventLog.Kind.NORMAL, "DeviceHealthy", message);
            });
        }
    }

    /** Takes the devices of a pod that has done what it was for, once nothing of it runs. */
    void release(Pod pod, Observed seen) {
        if (seen.instances().stream().allMatch(Observed.Instance::isExited)) free(pod.uid());
    }

    /** Takes the devices of a pod of which nothing is left. */
    void free(String uid) {
        plugins.free(uid);
    }

    /** The pods that hold devices, by uid. */
    Set<String> holders() {
        return plugins.holders();
    }
}
