package io.smarter.api;

import org.jspecify.annotations.Nullable;

/** Ends a request with a {@link Status}. Thrown where a request is answered, caught once where it is served. */
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    StatusException(Status status, @Nullable Throwable cause) {
        super(status.message(), cause, false, false);
        this.status = status;
    }

    public Status status() {
        return status;
    }
}
