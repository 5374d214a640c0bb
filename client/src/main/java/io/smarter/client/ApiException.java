package io.smarter.client;

import io.smarter.json.Json;
import java.io.IOException;

/** The API server answered with an error. Its message is the server's. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient Json status;

    ApiException(int code, String reason, String message, Json status) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.status = status;
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    /** The reason as Kubernetes spells it, such as {@code AlreadyExists}; empty if the server gave none. */
    public String reason() {
        return reason;
    }

    /** The Status object; an empty object if the server gave none. */
    public Json status() {
        return status;
    }

    public boolean notFound() {
        return code == 404;
    }

    public boolean conflict() {
        return code == 409;
    }

    /** Whether the revision that was asked for is no longer kept. */
    public boolean gone() {
        return code == 410;
    }

    /** Whether the revision that was asked for has not been reached, as when the server was made anew. */
    public boolean tooNew() {
        return code == 504 && String.valueOf(getMessage()).contains("Too large resource version");
    }
}
