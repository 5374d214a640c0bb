package io.smarter.http;

import java.io.IOException;

/** A request's body did not come in the time that it has. */
final class BodyTooLateException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLateException() {
        super("the request's body did not come in time");
    }
}
