package io.smarter.apiserver;

import io.smarter.json.Json;

/** Which Kubernetes this server is like. */
final class Version {
    private Version() {}

    static Json.Obj json() {
        return Json.obj(
                "major", "1",
                "minor", "32",
                "gitVersion", "v1.32.0+smarter",
                "gitCommit", "",
                "gitTreeState", "clean",
                "buildDate", "1970-01-01T00:00:00Z",
                "goVersion", "",
                "compiler", "javac",
                "platform", "linux/amd64");
    }
}
