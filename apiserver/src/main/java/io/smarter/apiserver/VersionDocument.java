package io.smarter.apiserver;

import io.smarter.api.Version;
import io.smarter.json.Json;

/** The answer to {@code /version} (apimachinery version.Info). */
final class VersionDocument {
    private VersionDocument() {}

    static Json.Obj json() {
        return Json.obj(
                "major", "1",
                "minor", Integer.toString(Version.MINOR),
                "gitVersion", Version.FULL,
                "gitCommit", "",
                "gitTreeState", "clean",
                "buildDate", "1970-01-01T00:00:00Z",
                "goVersion", "",
                "compiler", "javac",
                "platform", "linux/amd64");
    }
}
