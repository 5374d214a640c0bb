package io.smarter.requests;

import io.smarter.api.Status;
import io.smarter.http.Exchange;
import java.io.IOException;

/** Something outside the verbs on objects that is not done; thrown to where its exchange is answered. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public RefusedException(int code, String message) {
        super(message);
        status = Status.of(code, reason(code), message);
    }

    public RefusedException(int code, String message, Throwable cause) {
        this(code, message);
        initCause(cause);
    }

    public void answer(Exchange exchange) throws IOException {
        Answers.send(exchange, status);
    }

    private static String reason(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 413 -> "RequestEntityTooLarge";
            case 422 -> "Invalid";
            case 503 -> "ServiceUnavailable";
            default -> code >= 500 ? "InternalError" : "Unknown";
        };
    }
}
