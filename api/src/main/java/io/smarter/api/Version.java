package io.smarter.api;

import io.smarter.json.Json;

/** Which Kubernetes our programs are like: the server towards its clients, the gateway as a node of it. */
public final class Version {
    private static final int MINOR = 36;

    /** As documents and user agents show it, such as {@code 1.36}. */
    public static final String NUMBER = "1." + MINOR;

    /** As nodes and servers give it. */
    public static final String FULL = "v" + NUMBER + ".0+smarter";

    private Version() {}

    /** The answer to {@code /version} (apimachinery version.Info). */
    public static Json.Obj json() {
        return Json.obj(
                "major", "1",
                "minor", Integer.toString(MINOR),
                "gitVersion", FULL,
                "gitCommit", "",
                "gitTreeState", "clean",
                "buildDate", "1970-01-01T00:00:00Z",
                "goVersion", "",
                "compiler", "javac",
                "platform", "linux/amd64");
    }
}
