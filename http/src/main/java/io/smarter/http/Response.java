package io.smarter.http;

import java.nio.charset.StandardCharsets;

/** A whole answer. The body array belongs to whoever holds the response. */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per reply would cost the gateway memory
public record Response(int status, Headers headers, byte[] body) {
    /** Whether the status is 2xx. */
    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
