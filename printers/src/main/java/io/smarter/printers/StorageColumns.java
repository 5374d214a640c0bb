package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The columns of kinds about storage. */
final class StorageColumns {
    private static final List<Map.Entry<String, String>> MODES = List.of(
            Map.entry("ReadWriteOnce", "RWO"),
            Map.entry("ReadOnlyMany", "ROX"),
            Map.entry("ReadWriteMany", "RWX"),
            Map.entry("ReadWriteOncePod", "RWOP"));

    private static final Column ATTRIBUTES_CLASS =
            Column.text("VolumeAttributesClass", (object, _) -> unset(object, "spec", "volumeAttributesClassName"));
    private static final Column VOLUME_MODE = Column.text(
                    "VolumeMode", (object, _) -> unset(object, "spec", "volumeMode"))
            .wide();

    static final Columns VOLUMES = Columns.of(
            Column.NAME,
            Column.path("Capacity", "spec", "capacity", "storage"),
            Column.text("Access Modes", (object, _) -> modes(object.items("spec", "accessModes"))),
            Column.path("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
            Column.text("Status", (object, _) -> phase(object)),
            Column.text("Claim", (object, _) -> claim(object)),
            Column.text("StorageClass", (object, _) -> storageClass(object)),
            ATTRIBUTES_CLASS,
            Column.path("Reason", "status", "reason"),
            Column.AGE,
            VOLUME_MODE);
    static final Columns CLAIMS = Columns.of(
            Column.NAME,
            Column.text("Status", (object, _) -> phase(object)),
            Column.path("Volume", "spec", "volumeName"),
            Column.text(
                    "Capacity",
                    (object, _) -> bound(object) ? object.textOrEmpty("status", "capacity", "storage") : ""),
            Column.text(
                    "Access Modes", (object, _) -> bound(object) ? modes(object.items("status", "accessModes")) : ""),
            Column.text("StorageClass", (object, _) -> storageClass(object)),
            ATTRIBUTES_CLASS,
            Column.AGE,
            VOLUME_MODE);
    static final Columns CLASSES = Columns.of(
            Column.text("Name", (object, _) -> className(object)).named(),
            Column.path("Provisioner", "provisioner"),
            Column.text("ReclaimPolicy", (object, _) -> orDelete(object.textOrEmpty("reclaimPolicy"))),
            Column.text("VolumeBindingMode", (object, _) -> unset(object, "volumeBindingMode")),
            Column.text("AllowVolumeExpansion", (object, _) -> String.valueOf(object.flag("allowVolumeExpansion"))),
            Column.AGE);
    static final Columns ATTACHMENTS = Columns.of(
            Column.NAME,
            Column.path("Attacher", "spec", "attacher"),
            Column.path("PV", "spec", "source", "persistentVolumeName"),
            Column.path("Node", "spec", "nodeName"),
            new Column("Attached", "boolean", "", 0, (object, _) -> object.flag("status", "attached")),
            Column.AGE);
    static final Columns CSI_DRIVERS = Columns.of(
            Column.NAME,
            flag("AttachRequired", "attachRequired"),
            flag("PodInfoOnMount", "podInfoOnMount"),
            flag("StorageCapacity", "storageCapacity"),
            Column.text("TokenRequests", (object, _) -> audiences(object)),
            flag("RequiresRepublish", "requiresRepublish"),
            Column.text("Modes", (object, _) -> TypeColumns.joined(object, "spec", "volumeLifecycleModes")),
            Column.AGE);
    static final Columns CSI_NODES = Columns.of(
            Column.NAME,
            Column.number("Drivers", (object, _) ->
                    (long) object.items("spec", "drivers").size()),
            Column.AGE);
    static final Columns CSI_CAPACITIES = Columns.of(
            Column.NAME,
            Column.path("StorageClassName", "storageClassName"),
            Column.text("Capacity", (object, _) -> unset(object, "capacity")));

    static final Columns ATTRIBUTES_CLASSES = Columns.of(
            Column.text("Name", (object, _) -> className(object)).named(),
            Column.path("DriverName", "driverName"),
            Column.AGE);

    private StorageColumns() {}

    private static Column flag(String name, String member) {
        return new Column(name, "boolean", "", 0, (object, _) -> object.flag("spec", member));
    }

    private static String unset(Json.Obj object, String... path) {
        var text = object.textOrEmpty(path);
        return text.isEmpty() ? "<unset>" : text;
    }

    private static String orDelete(String policy) {
        return policy.isEmpty() ? "Delete" : policy;
    }

    private static String modes(List<Json> modes) {
        var shortened = new ArrayList<String>();
        for (var mode : MODES) if (modes.contains(Json.of(mode.getKey()))) shortened.add(mode.getValue());
        return String.join(",", shortened);
    }

    private static String phase(Json.Obj object) {
        return object.text("metadata", "deletionTimestamp") != null
                ? "Terminating"
                : object.textOrEmpty("status", "phase");
    }

    private static boolean bound(Json.Obj claim) {
        return !claim.textOrEmpty("spec", "volumeName").isEmpty();
    }

    private static String claim(Json.Obj volume) {
        var reference = volume.at("spec", "claimRef");
        return reference == null ? "" : reference.textOrEmpty("namespace") + "/" + reference.textOrEmpty("name");
    }

    private static String storageClass(Json.Obj object) {
        var annotated = object.textOrEmpty("metadata", "annotations", "volume.beta.kubernetes.io/storage-class");
        return annotated.isEmpty() ? object.textOrEmpty("spec", "storageClassName") : annotated;
    }

    private static String className(Json.Obj object) {
        var annotations = object.texts("metadata", "annotations");
        boolean isDefault = "true".equals(annotations.get("storageclass.kubernetes.io/is-default-class"))
                || "true".equals(annotations.get("storageclass.beta.kubernetes.io/is-default-class"));
        return object.textOrEmpty("metadata", "name") + (isDefault ? " (default)" : "");
    }

    private static String audiences(Json.Obj driver) {
        var requests = driver.items("spec", "tokenRequests");
        return requests.isEmpty()
                ? "<unset>"
                : requests.stream()
                        .map(request -> request.textOrEmpty("audience"))
                        .collect(Collectors.joining(","));
    }
}
