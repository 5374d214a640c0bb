package io.smarter.agent;

import io.smarter.client.ApiClient;
import io.smarter.files.Disk;
import io.smarter.files.PowerCut;
import io.smarter.http.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** Gets versions from the cloud, over the gateway's one connection. A transfer that was cut off goes on where it ended. */
public final class Download {
    /** Where the cloud has versions: {@code …/versions/NAME/PLATFORM} and {@code …/blobs/SHA256}. */
    public static final String PATH = "/agents/v1";

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int BUFFER = 64 << 10;
    private static final int LONGEST = 2 * Release.LONGEST;

    private Download() {}

    /**
     * The list of a version, as somebody signed it.
     *
     * @throws BadReleaseException if it is no such list
     * @throws IOException if there is none, or the cloud can't be reached
     */
    static SignedRelease release(ApiClient client, String version, String platform) throws IOException {
        var path = "%s/versions/%s/%s".formatted(PATH, version, platform);
        try (var stream = client.open("GET", path, new Headers(), true)) {
            int status = stream.status(ANSWER);
            if (status == 404)
                throw new MissingReleaseException(
                        "version %s is not published for %s; publish it with: smarter agent publish"
                                .formatted(version, platform));
            if (status != 200) throw new IOException("%s: the cloud answered %d".formatted(path, status));
            return SignedRelease.parse(stream.body(LONGEST));
        } catch (IllegalArgumentException e) {
            throw new BadReleaseException("list of version %s: %s".formatted(version, e.getMessage()), e);
        }
    }

    /** The cloud does not have a version, which may change. */
    static final class MissingReleaseException extends IOException {
        private static final long serialVersionUID = 1L;

        MissingReleaseException(String message) {
            super(message);
        }
    }

    /** Gets what is missing of a file's packed form. */
    static void blob(ApiClient client, ReleaseFile file, Path to) throws IOException {
        long there = Files.exists(to) ? Files.size(to) : 0;
        if (there == file.packed()) return;
        if (there > file.packed()) {
            Disk.deleteAll(to);
            there = 0;
        }
        var path = "%s/blobs/%s".formatted(PATH, file.sha256());
        var headers = new Headers();
        if (there > 0) headers.add("range", "bytes=" + there + "-");
        try (var stream = client.open("GET", path, headers, true);
                var out = Files.newOutputStream(to, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            int status = stream.status(ANSWER);
            if (status != (there > 0 ? 206 : 200))
                throw new IOException("%s: the cloud answered %d".formatted(path, status));
            PowerCut.amid("download", to);
            long came = 0;
            var buffer = new byte[BUFFER];
            for (int read = stream.in().read(buffer);
                    read >= 0;
                    read = stream.in().read(buffer)) {
                came += read;
                if (there + came > file.packed())
                    throw new BadReleaseException(
                            "%s: longer than the %d bytes that were signed".formatted(path, file.packed()));
                out.write(buffer, 0, read);
            }
            if (there + came < file.packed()) throw new IOException(path + ": the cloud ended it too early");
        }
        PowerCut.after("download", to);
    }
}
