package io.smarter.agent;

import io.smarter.json.Json;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One file of a version.
 *
 * @param path relative to the version's folder, with {@code /} between plain names
 * @param executable whether its mode is 0755 and not 0644
 * @param size in bytes
 * @param sha256 of its content, in lower-case hexadecimal digits
 * @param packed how many bytes its gzip form has, as it is sent
 */
public record ReleaseFile(String path, boolean executable, long size, String sha256, long packed) {
    static final long LARGEST = 512L << 20;
    private static final int LONGEST_PATH = 255;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+$-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ReleaseFile {
        if (path.length() > LONGEST_PATH
                || !List.of(path.split("/", -1)).stream()
                        .allMatch(name -> NAME.matcher(name).matches()))
            throw new IllegalArgumentException(
                    "path: must be plain names with '/' between them, at most %d characters, was %s"
                            .formatted(LONGEST_PATH, Json.of(path).compact()));
        checkDigest(sha256);
        checkSize(path, "size", size);
        checkSize(path, "packed", packed);
    }

    /** @throws IllegalArgumentException if a text is not the form in which digests are written */
    public static void checkDigest(String sha256) {
        if (!SHA256.matcher(sha256).matches())
            throw new IllegalArgumentException("sha256: must be 64 lower-case hexadecimal digits, was "
                    + Json.of(sha256).compact());
    }

    private static void checkSize(String path, String name, long size) {
        if (size < 0 || size > LARGEST)
            throw new IllegalArgumentException(
                    "%s of %s: must be 0 to %d, was %d".formatted(name, path, LARGEST, size));
    }

    static ReleaseFile of(Json json) {
        return new ReleaseFile(
                json.textOrEmpty("path"),
                json.flag("executable"),
                json.number(-1, "size"),
                json.textOrEmpty("sha256"),
                json.number(-1, "packed"));
    }

    Json json() {
        return Json.obj("path", path, "executable", executable, "size", size, "sha256", sha256, "packed", packed);
    }
}
