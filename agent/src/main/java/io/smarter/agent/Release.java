package io.smarter.agent;

import io.smarter.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One version of the agent for one platform, as a list of its files. Immutable.
 *
 * @param version its name, which may be the value of a label
 * @param platform such as {@code linux-amd64}
 * @param signed when it was signed, by the clock of who did
 */
public record Release(String version, String platform, Instant signed, List<ReleaseFile> files) {
    /** How many bytes the list may have. */
    public static final int LONGEST = 1 << 20;

    /** The program that runs the version; it takes the place of the process that starts it. */
    static final String PROGRAM = "run";

    private static final int MOST_FILES = 4096;
    private static final long LARGEST = 1L << 30;
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]{1,16}-[a-z0-9]{1,16}");

    public Release {
        checkVersion(version);
        checkPlatform(platform);
        files = List.copyOf(files);
        if (files.size() > MOST_FILES)
            throw new IllegalArgumentException(
                    "version %s: at most %d files, has %d".formatted(version, MOST_FILES, files.size()));
        var paths = new HashSet<String>();
        for (var file : files) {
            if (!paths.add(file.path()))
                throw new IllegalArgumentException("version %s: has %s twice".formatted(version, file.path()));
        }
        files.forEach(file -> checkFolders(file.path(), paths));
        if (files.stream().noneMatch(file -> file.path().equals(PROGRAM) && file.executable()))
            throw new IllegalArgumentException("version %s: has no program '%s'".formatted(version, PROGRAM));
        long size = files.stream().mapToLong(ReleaseFile::size).sum();
        if (size > LARGEST)
            throw new IllegalArgumentException(
                    "version %s: at most %d bytes, has %d".formatted(version, LARGEST, size));
    }

    private static void checkFolders(String path, Set<String> files) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (files.contains(path.substring(0, slash)))
                throw new IllegalArgumentException("path %s: lies in a file".formatted(path));
        }
    }

    /** @throws IllegalArgumentException if a text is no version's name */
    public static void checkVersion(String version) {
        if (!VERSION.matcher(version).matches())
            throw new IllegalArgumentException("version: must be letters, digits, '-', '_' and '.', at most 63, was %s"
                    .formatted(Json.of(version).compact()));
    }

    /** @throws IllegalArgumentException if a text is no platform's name */
    public static void checkPlatform(String platform) {
        if (!PLATFORM.matcher(platform).matches())
            throw new IllegalArgumentException("platform: must be such as linux-amd64, was "
                    + Json.of(platform).compact());
    }

    /** The platform that this program runs on, in the words of OCI (image-spec, "Platform"). */
    public static String ownPlatform() {
        var architecture = System.getProperty("os.arch", "");
        return "linux-"
                + switch (architecture) {
                    case "aarch64" -> "arm64";
                    case "x86_64" -> "amd64";
                    default -> architecture;
                };
    }

    /** How many bytes all files have together. */
    public long size() {
        return files.stream().mapToLong(ReleaseFile::size).sum();
    }

    /** @throws IllegalArgumentException if it is not such a list; the message says why */
    static Release of(Json json) {
        try {
            return new Release(
                    json.textOrEmpty("version"),
                    json.textOrEmpty("platform"),
                    Instant.parse(json.textOrEmpty("signed")),
                    json.items("files").stream().map(ReleaseFile::of).toList());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("signed: " + e.getMessage(), e);
        }
    }

    Json json() {
        return Json.obj(
                "version",
                version,
                "platform",
                platform,
                "signed",
                signed.toString(),
                "files",
                files.stream().map(ReleaseFile::json).toList());
    }
}
