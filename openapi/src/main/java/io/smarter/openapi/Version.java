package io.smarter.openapi;

import io.smarter.json.Json;

/** Which Kubernetes this server is like. */
public final class Version {
    private static final int MINOR = 34;

    /** As documents show it. */
    public static final String NAME = "v1." + MINOR;

    private Version() {}

    public static Json.Obj json() {
        return Json.obj(
                "major", "1",
                "minor", Integer.toString(MINOR),
                "gitVersion", NAME + ".0+smarter",
                "gitCommit", "",
                "gitTreeState", "clean",
                "buildDate", "1970-01-01T00:00:00Z",
                "goVersion", "",
                "compiler", "javac",
                "platform", "linux/amd64");
    }
}
