package io.smarter.tunnel;

import io.smarter.agent.Download;
import io.smarter.agent.Release;
import io.smarter.agent.ReleaseFile;
import io.smarter.api.User;
import io.smarter.http.BodyTooLargeException;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.pki.PkiSubject;
import io.smarter.requests.Answers;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Gives gateways their agents, and takes them from administrators, below {@link Download#PATH}:
 *
 * <ul>
 *   <li>{@code GET blobs/SHA256}: the gzip form of a file, from an offset on with {@code Range: bytes=N-}; {@code HEAD}
 *       tells how long it is; {@code PUT} of an administrator.
 *   <li>{@code GET versions/NAME/PLATFORM}: a signed list of files; {@code PUT} of an administrator, after its blobs.
 *   <li>{@code GET versions} and {@code DELETE versions/NAME} of an administrator.
 * </ul>
 *
 * Nodes and administrators show their client certificates. Errors are Status objects. Safe for use by many threads.
 */
public final class AgentEndpoint implements Handler {
    private static final int BUFFER = 64 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,12})-");

    private final AgentStore store;

    /**
     * Answers from a folder, which is made when something is put into it.
     *
     * @param authority whose certificates administrators sign with
     */
    public AgentEndpoint(Path folder, X509Certificate authority) {
        this(folder, authority, Clock.systemUTC());
    }

    AgentEndpoint(Path folder, X509Certificate authority, Clock clock) {
        store = new AgentStore(folder, List.of(authority), clock);
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        try {
            answer(exchange);
        } catch (RefusedException e) {
            e.answer(exchange);
        } catch (IllegalArgumentException | AgentStore.RejectedException e) {
            new RefusedException(422, String.valueOf(e.getMessage())).answer(exchange);
        } catch (BodyTooLargeException e) {
            new RefusedException(413, String.valueOf(e.getMessage())).answer(exchange);
        }
    }

    private void answer(Exchange exchange) throws IOException, RefusedException, AgentStore.RejectedException {
        var who = PkiSubject.of(exchange)
                .map(PkiSubject::user)
                .orElseThrow(() -> new RefusedException(401, "agents are for who shows a client certificate"));
        boolean master = who.groups().contains(User.MASTERS);
        boolean reads = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        var parts = exchange.path().substring(Download.PATH.length()).split("/", -1);
        boolean ofOne = parts.length > 2;
        if (!master && !(reads && ofOne && who.node().isPresent()))
            throw new RefusedException(
                    403, "agents are written and listed by %s, and read by nodes".formatted(User.MASTERS));
        var kind = parts.length > 1 ? parts[1] : "";
        switch (exchange.method() + " " + kind + " " + parts.length) {
            case "GET blobs 3", "HEAD blobs 3" -> blob(exchange, digest(parts[2]));
            case "PUT blobs 3" -> {
                store.putBlob(digest(parts[2]), exchange.body());
                done(exchange, 201);
            }
            case "GET versions 2" -> Answers.send(exchange, 200, versions());
            case "GET versions 4" -> version(exchange, name(parts[2]), platform(parts[3]));
            case "PUT versions 4" -> {
                store.putVersion(name(parts[2]), platform(parts[3]), exchange.body(2 * Release.LONGEST));
                done(exchange, 201);
            }
            case "DELETE versions 3" -> {
                if (!store.remove(name(parts[2]))) throw new RefusedException(404, "there is no version " + parts[2]);
                done(exchange, 200);
            }
            default -> throw new RefusedException(404, "the server could not find the requested resource");
        }
    }

    private static String digest(String text) {
        ReleaseFile.checkDigest(text);
        return text;
    }

    private static String name(String text) {
        Release.checkVersion(text);
        return text;
    }

    private static String platform(String text) {
        Release.checkPlatform(text);
        return text;
    }

    private static void done(Exchange exchange, int code) throws IOException {
        Answers.send(exchange, code, Json.obj("kind", "Status", "apiVersion", "v1", "status", "Success"));
    }

    private Json versions() throws IOException {
        var items = store.versions().stream()
                .map(release -> Json.obj(
                        "version", release.version(),
                        "platform", release.platform(),
                        "signed", release.signed().toString(),
                        "files", release.files().size(),
                        "bytes", release.size()))
                .toList();
        return Json.obj("items", items);
    }

    private void version(Exchange exchange, String version, String platform) throws IOException, RefusedException {
        var signed = store.version(version, platform);
        if (signed == null)
            throw new RefusedException(404, "version %s is not published for %s".formatted(version, platform));
        exchange.respond(200, Headers.of("content-type", "application/json"), signed);
    }

    private void blob(Exchange exchange, String sha256) throws IOException, RefusedException {
        try (var channel = FileChannel.open(store.blob(sha256))) {
            long size = channel.size();
            long from = from(exchange, size);
            var headers = Headers.of("content-type", "application/gzip", "content-length", Long.toString(size - from));
            if (from > 0) headers.add("content-range", "bytes %d-%d/%d".formatted(from, size - 1, size));
            if (exchange.method().equals("HEAD")) {
                exchange.respond(200, headers, new byte[0]);
                return;
            }
            channel.position(from);
            try (var in = Channels.newInputStream(channel);
                    var out = exchange.stream(from > 0 ? 206 : 200, headers)) {
                var buffer = new byte[BUFFER];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) out.write(buffer, 0, read);
            }
        } catch (NoSuchFileException e) {
            throw new RefusedException(404, "there is no blob " + sha256, e);
        }
    }

    /** The offset at which a range begins (RFC 9110 §14.1.2); other ranges than those to the end are not taken. */
    private static long from(Exchange exchange, long size) throws RefusedException {
        var range = exchange.headers().first("range", "");
        var parts = RANGE.matcher(range);
        if (!parts.matches()) return 0;
        long from = Long.parseLong(parts.group(1));
        if (from >= size)
            throw new RefusedException(416, "range begins at %d, there are %d bytes".formatted(from, size));
        return from;
    }
}
