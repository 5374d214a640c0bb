package io.smarter.api;

import io.smarter.json.Json;

/** Where a container sees a volume (core/v1 VolumeMount), read from its tree. */
public record VolumeMount(Json.Obj tree) {
    /** The volume's name. */
    public String name() {
        return tree.textOrEmpty("name");
    }

    public String mountPath() {
        return tree.textOrEmpty("mountPath");
    }

    public boolean readOnly() {
        return tree.flag("readOnly");
    }

    public String subPath() {
        return tree.textOrEmpty("subPath");
    }

    /** A sub-path with {@code $(NAME)} references to the container's environment. */
    public String subPathExpr() {
        return tree.textOrEmpty("subPathExpr");
    }

    /** None, HostToContainer or Bidirectional. */
    public String propagation() {
        var propagation = tree.textOrEmpty("mountPropagation");
        return propagation.isEmpty() ? "None" : propagation;
    }
}
