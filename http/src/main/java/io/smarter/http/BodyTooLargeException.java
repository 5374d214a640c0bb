package io.smarter.http;

import java.io.IOException;

/** A body is longer than its reader allows. */
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(int limit) {
        super("body is longer than %d bytes".formatted(limit));
    }
}
