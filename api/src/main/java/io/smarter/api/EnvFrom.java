package io.smarter.api;

import io.smarter.json.Json;

/** All keys of a ConfigMap or Secret as variables (core/v1 EnvFromSource), read from its tree. */
public record EnvFrom(Json.Obj tree) {
    public String prefix() {
        return tree.textOrEmpty("prefix");
    }

    /** ConfigMap or Secret. */
    public String kind() {
        return tree.has("secretRef") ? "Secret" : "ConfigMap";
    }

    public String name() {
        return reference().textOrEmpty("name");
    }

    public boolean optional() {
        return reference().flag("optional");
    }

    private Json.Obj reference() {
        return tree.has("secretRef") ? tree.object("secretRef") : tree.object("configMapRef");
    }
}
