package io.smarter.controllers;

import io.smarter.api.LabelSelector;
import io.smarter.api.NodeSelector;
import io.smarter.api.Quantity;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Which volume a claim gets (Kubernetes "Persistent Volumes", Binding). Pure functions. */
final class VolumeMatch {
    private VolumeMatch() {}

    /**
     * The volume for a claim: the one that is reserved for it, or the smallest free one that is as it asks.
     *
     * @param nodes where the claim's storage must be; empty for anywhere
     */
    static Optional<Json.Obj> of(Json.Obj claim, Collection<Json.Obj> volumes, List<Json.Obj> nodes) {
        var named = claim.textOrEmpty("spec", "volumeName");
        if (!named.isEmpty())
            return volumes.stream()
                    .filter(volume -> volume.textOrEmpty("metadata", "name").equals(named))
                    .filter(volume -> isFree(volume) || isFor(volume, claim))
                    .findFirst();
        var reserved = volumes.stream().filter(volume -> isFor(volume, claim)).findFirst();
        if (reserved.isPresent()) return reserved;
        return volumes.stream()
                .filter(VolumeMatch::isFree)
                .filter(volume -> volume.text("metadata", "deletionTimestamp") == null)
                .filter(volume -> fits(volume, claim))
                .filter(volume -> nodes.stream().allMatch(node -> isOn(volume, node)))
                .min(Comparator.comparing(VolumeMatch::capacity)
                        .thenComparing(volume -> volume.textOrEmpty("metadata", "name")));
    }

    /** Whether a volume is nobody's and nobody's reserve. */
    static boolean isFree(Json.Obj volume) {
        return !(volume.at("spec", "claimRef") instanceof Json.Obj);
    }

    /** Whether a volume is a claim's, or is reserved for one of its name. */
    static boolean isFor(Json.Obj volume, Json.Obj claim) {
        if (isFree(volume)) return false;
        var reference = volume.object("spec", "claimRef");
        var uid = reference.textOrEmpty("uid");
        return reference.textOrEmpty("namespace").equals(claim.textOrEmpty("metadata", "namespace"))
                && reference.textOrEmpty("name").equals(claim.textOrEmpty("metadata", "name"))
                && (uid.isEmpty() || uid.equals(claim.textOrEmpty("metadata", "uid")));
    }

    private static boolean fits(Json.Obj volume, Json.Obj claim) {
        var asked = claim.object("spec");
        var given = volume.object("spec");
        var modes = new HashSet<>(given.items("accessModes"));
        return modes.containsAll(asked.items("accessModes"))
                && asked.textOrEmpty("storageClassName").equals(given.textOrEmpty("storageClassName"))
                && mode(asked).equals(mode(given))
                && asked.textOrEmpty("volumeAttributesClassName").equals(given.textOrEmpty("volumeAttributesClassName"))
                && capacity(volume).compareTo(quantity(asked.textOrEmpty("resources", "requests", "storage"))) >= 0
                && isSelected(volume, asked);
    }

    private static String mode(Json.Obj spec) {
        var mode = spec.textOrEmpty("volumeMode");
        return mode.isEmpty() ? "Filesystem" : mode;
    }

    private static boolean isSelected(Json.Obj volume, Json.Obj asked) {
        if (!(asked.get("selector") instanceof Json.Obj selector)) return true;
        try {
            return LabelSelector.of(selector).matches(volume.texts("metadata", "labels"));
        } catch (SelectorException e) {
            return false;
        }
    }

    private static boolean isOn(Json.Obj volume, Json.Obj node) {
        if (!(volume.at("spec", "nodeAffinity", "required") instanceof Json.Obj required)) return true;
        var affinity = Json.obj("requiredDuringSchedulingIgnoredDuringExecution", required);
        return NodeSelector.of(Json.obj("affinity", Json.obj("nodeAffinity", affinity)))
                .matches(node);
    }

    private static Quantity capacity(Json.Obj volume) {
        return quantity(volume.textOrEmpty("spec", "capacity", "storage"));
    }

    private static Quantity quantity(String text) {
        try {
            return text.isEmpty() ? Quantity.of(0) : Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            return Quantity.of(0);
        }
    }
}
