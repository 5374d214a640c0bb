package io.smarter.dns;

import java.io.Serial;

/** A message is not one of RFC 1035. Thrown for what anybody may send, so it costs no stack trace. */
final class MalformedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message, null, false, false);
    }
}
