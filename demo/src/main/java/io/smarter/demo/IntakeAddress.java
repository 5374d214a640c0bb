package io.smarter.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Where and how to send, from a folder with the files {@code url} (the cloud's), {@code ca.crt} and {@code token} (a mounted Secret). */
record IntakeAddress(URI url, Path ca, String token) {
    static IntakeAddress read(Path folder) throws IOException {
        var text = ProcFile.text(folder.resolve("url")).strip();
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: must be an https URL, was %s".formatted(folder.resolve("url"), text), e);
        }
        if (!"https".equals(url.getScheme()) || url.getHost() == null)
            throw new IOException("%s: must be an https URL, was %s".formatted(folder.resolve("url"), text));
        return new IntakeAddress(
                url,
                folder.resolve("ca.crt"),
                ProcFile.text(folder.resolve("token")).strip());
    }

    /** The host without the brackets of an IPv6 address. */
    String host() {
        var host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Where to post: the URL's own path, or the intake's usual one where it has none. */
    String path() {
        var path = url.getRawPath();
        return path == null || path.length() <= 1 ? "/telemetry/v1/readings" : path;
    }

    int port() {
        return url.getPort() < 0 ? 443 : url.getPort();
    }
}
