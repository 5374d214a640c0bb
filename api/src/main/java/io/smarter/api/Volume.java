package io.smarter.api;

import io.smarter.json.Json;

/** A volume of a pod (core/v1 Volume), read from its tree. */
public record Volume(Json.Obj tree) {
    public String name() {
        return tree.textOrEmpty("name");
    }

    public Source source() {
        if (tree.has("hostPath"))
            return new Source.HostPath(tree.textOrEmpty("hostPath", "path"), tree.textOrEmpty("hostPath", "type"));
        if (tree.has("configMap")) return new Source.Files("configMap", tree.object("configMap"));
        if (tree.has("secret")) return new Source.Files("secret", tree.object("secret"));
        if (tree.has("downwardAPI")) return new Source.Files("downwardAPI", tree.object("downwardAPI"));
        if (tree.has("persistentVolumeClaim"))
            return new Source.Claim(
                    tree.textOrEmpty("persistentVolumeClaim", "claimName"),
                    tree.object("persistentVolumeClaim").flag("readOnly"));
        if (tree.has("projected")) return new Source.Projected(tree.object("projected"));
        if (tree.has("emptyDir") || tree.members().size() <= 1)
            return new Source.EmptyDir(
                    "Memory".equals(tree.text("emptyDir", "medium")), tree.textOrEmpty("emptyDir", "sizeLimit"));
        var kind = tree.members().keySet().stream()
                .filter(member -> !member.equals("name"))
                .findFirst();
        return new Source.Unknown(kind.orElse(""));
    }

    /** What a volume is made of. */
    public sealed interface Source {
        /** A folder that lives as long as the pod; {@code sizeLimit} is a quantity or empty. */
        record EmptyDir(boolean memory, String sizeLimit) implements Source {}

        /** Something of the node; {@code type} is one of HostPathType's values, empty for no check. */
        record HostPath(String path, String type) implements Source {}

        /** Files from a ConfigMap, a Secret or the pod itself; {@code kind} is the volume's field name. */
        record Files(String kind, Json.Obj definition) implements Source {}

        /** Several of the above in one folder. */
        record Projected(Json.Obj definition) implements Source {}

        /** Storage that outlives the pod, by the claim to it. */
        record Claim(String name, boolean readOnly) implements Source {}

        /** Something that this program does not do. */
        record Unknown(String kind) implements Source {}
    }
}
