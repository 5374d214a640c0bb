package io.smarter.telemetry;

import io.smarter.api.User;
import io.smarter.http.BodyTooLargeException;
import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.http.Subject;
import io.smarter.json.Json;
import io.smarter.json.JsonWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipException;

/**
 * Takes readings and tells the newest ones, at {@link #PATH}.
 *
 * <ul>
 *   <li>{@code POST}: lines of JSON {@code {"node","name","value","unit","time"}}, at most 4 MiB, also after
 *       {@code Content-Encoding: gzip} is undone, 8 KiB a line. Good lines are kept though others are bad: 200 {@code
 *       {"accepted":n,"rejectedCount":m,"rejected":[{"line","reason"}]}} (the first 100), or 422 when all were bad. When
 *       the answer comes the readings are on the disk. A broken body keeps none.
 *   <li>{@code GET ?node=&name=}: {@code {"readings":[…]}}, the newest reading of each (node, name).
 *   <li>{@code GET ?watch=1}: the same as lines, and then every reading as it comes. A reader that falls behind is ended.
 * </ul>
 *
 * Who posts shows the bearer token or an admin's certificate; who reads shows an admin's certificate. Errors are
 * Kubernetes Status objects. Safe for use by many threads.
 */
public final class Intake implements Handler, AutoCloseable {
    /** Where the intake answers. */
    public static final String PATH = "/telemetry/v1/readings";

    private static final int MAX_CONCURRENT_POSTS = 64;
    private static final Headers JSON = Headers.of("content-type", "application/json");

    private final byte[] token;
    private final InstantSource clock;
    private final Newest newest;
    private final Journal journal;
    private final Semaphore posts = new Semaphore(MAX_CONCURRENT_POSTS);

    private Intake(String token, InstantSource clock, Newest newest, Journal journal) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
        this.newest = newest;
        this.journal = journal;
    }

    /** Opens with the default limits. */
    public static Intake open(Path folder, String token) throws IOException {
        return open(folder, token, InstantSource.system(), Limits.DEFAULT);
    }

    /**
     * Opens the store in a folder, which is made when it is absent, and reads back what is newest.
     *
     * @param token the bearer token that senders show
     */
    public static Intake open(Path folder, String token, InstantSource clock, Limits limits) throws IOException {
        if (token.isBlank()) throw new IllegalArgumentException("intake token: must not be blank");
        var newest = new Newest(limits);
        var journal = Journal.open(Segments.open(folder, limits), newest, clock.instant());
        return new Intake(token, clock, newest, journal);
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        if (!exchange.path().equals(PATH)) {
            refuse(exchange, 404, "NotFound", "the server could not find the requested resource");
            return;
        }
        switch (exchange.method()) {
            case "POST" -> post(exchange);
            case "GET" -> get(exchange);
            default ->
                refuse(
                        exchange,
                        405,
                        "MethodNotAllowed",
                        "%s is not supported on %s".formatted(exchange.method(), PATH));
        }
    }

    private void post(Exchange exchange) throws IOException, InterruptedException {
        if (!hasToken(exchange) && !isAdmin(exchange)) {
            refuse(
                    exchange,
                    401,
                    "Unauthorized",
                    "the intake's bearer token or an admin's client certificate is required");
            return;
        }
        var encoding = exchange.headers().first("content-encoding", "identity").toLowerCase(Locale.ROOT);
        if (!encoding.equals("gzip") && !encoding.equals("identity")) {
            refuse(
                    exchange,
                    415,
                    "UnsupportedMediaType",
                    "Content-Encoding: must be gzip or identity, was " + encoding);
            return;
        }
        if (!posts.tryAcquire(5, TimeUnit.SECONDS)) {
            refuse(
                    exchange,
                    503,
                    "ServiceUnavailable",
                    "%d batches are being received".formatted(MAX_CONCURRENT_POSTS));
            return;
        }
        try {
            take(exchange, encoding.equals("gzip"));
        } finally {
            posts.release();
        }
    }

    private void take(Exchange exchange, boolean gzip) throws IOException, InterruptedException {
        Batch batch;
        try {
            batch = Batch.read(exchange.body(), gzip, clock.instant());
        } catch (BodyTooLargeException e) {
            refuse(exchange, 413, "RequestEntityTooLarge", String.valueOf(e.getMessage()));
            return;
        } catch (ZipException | EOFException e) {
            refuse(exchange, 400, "BadRequest", "the body is not complete gzip: " + e.getMessage());
            return;
        }
        if (batch.readings().isEmpty() && batch.rejectedCount() > 0) {
            refuse(exchange, invalid(batch));
            return;
        }
        try {
            journal.append(batch.readings());
        } catch (IOException e) {
            refuse(exchange, 503, "ServiceUnavailable", "not stored: " + e.getMessage());
            return;
        }
        exchange.respond(200, JSON, accepted(batch).bytes());
    }

    private static Json.Obj accepted(Batch batch) {
        return Json.obj(
                "accepted", batch.readings().size(),
                "rejectedCount", batch.rejectedCount(),
                "rejected",
                        batch.rejected().stream()
                                .map(line -> Json.obj("line", line.line(), "reason", line.reason()))
                                .toList());
    }

    private static Json.Obj invalid(Batch batch) {
        var first = batch.rejected().getFirst();
        var message = "none of %d lines is a reading; line %d: %s"
                .formatted(batch.rejectedCount(), first.line(), first.reason());
        var causes = batch.rejected().stream()
                .map(line -> Json.obj(
                        "reason", "FieldValueInvalid", "message", line.reason(), "field", "line " + line.line()))
                .toList();
        return status(422, "Invalid", message).with("details", Json.obj("causes", causes));
    }

    private void get(Exchange exchange) throws IOException, InterruptedException {
        if (!isAdmin(exchange)) {
            refuse(
                    exchange,
                    403,
                    "Forbidden",
                    "readings are shown to clients whose certificate says O=" + User.MASTERS);
            return;
        }
        var filter = new Newest.Filter(
                exchange.query().first("node"), exchange.query().first("name"));
        if (exchange.query().flag("watch")) {
            watch(exchange, filter);
        } else {
            var items = newest.matching(filter).stream().map(Reading::json).toList();
            exchange.respond(200, JSON, Json.obj("readings", items).bytes());
        }
    }

    private void watch(Exchange exchange, Newest.Filter filter) throws IOException, InterruptedException {
        try (var watch = newest.watch(filter)) {
            if (watch == null) {
                refuse(exchange, 429, "TooManyRequests", "as many watches are open as may be");
                return;
            }
            try (var out = exchange.feed(200, Headers.of("content-type", "application/x-ndjson"))) {
                var batch = watch.first();
                do {
                    var lines = new JsonWriter(batch.size() * 128);
                    for (var reading : batch) lines.write(reading.json()).raw("\n");
                    out.write(lines.bytes());
                    out.flush();
                    batch = watch.next();
                } while (!batch.isEmpty());
            }
        }
    }

    private boolean hasToken(Exchange exchange) {
        var shown = exchange.headers().first("authorization", "");
        if (!shown.regionMatches(true, 0, "Bearer ", 0, 7)) return false;
        return MessageDigest.isEqual(token, shown.substring(7).strip().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAdmin(Exchange exchange) {
        return !exchange.peer().isEmpty()
                && Subject.of(exchange.peer().getFirst()).organizations().contains(User.MASTERS);
    }

    private static void refuse(Exchange exchange, int code, String reason, String message) throws IOException {
        refuse(exchange, status(code, reason, message));
    }

    private static void refuse(Exchange exchange, Json.Obj status) throws IOException {
        exchange.respond((int) status.number(500, "code"), JSON, status.bytes());
    }

    private static Json.Obj status(int code, String reason, String message) {
        return Json.obj(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "metadata",
                Json.Obj.EMPTY,
                "status",
                "Failure",
                "message",
                message,
                "reason",
                reason,
                "code",
                code);
    }

    /** Ends the watches, writes what waits, and closes the store. */
    @Override
    public void close() throws IOException {
        newest.end();
        journal.close();
    }
}
