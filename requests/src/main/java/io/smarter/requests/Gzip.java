package io.smarter.requests;

import io.smarter.http.Exchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Compresses answers for those who take that (RFC 9110 §8.4.1.3). */
public final class Gzip {
    private Gzip() {}

    public static boolean accepted(Exchange exchange) {
        return exchange.headers().all("accept-encoding").stream().anyMatch(value -> value.contains("gzip"));
    }

    public static byte[] compressed(byte[] plain) {
        var bytes = new ByteArrayOutputStream(plain.length / 4);
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("memory refuses to be written", e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #compressed} was given. */
    public static byte[] expanded(byte[] compressed) throws IOException {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return gzip.readAllBytes();
        }
    }
}
