package io.smarter.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot do what was asked; the message tells its user why and what to do. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CliException(String message) {
        super(message);
    }

    CliException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
