package io.smarter.apiserver;

import org.jspecify.annotations.Nullable;

/** Ends a request with a {@link Status}. Thrown where a request is answered, caught once in {@link ApiServer}. */
final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    StatusException(Status status, @Nullable Throwable cause) {
        super(status.message(), cause, false, false);
        this.status = status;
    }

    Status status() {
        return status;
    }
}
