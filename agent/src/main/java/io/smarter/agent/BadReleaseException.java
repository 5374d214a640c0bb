package io.smarter.agent;

import java.io.IOException;

/** A version that is not to be had again: what the cloud gave is not what somebody who may has signed. */
final class BadReleaseException extends IOException {
    private static final long serialVersionUID = 1L;

    BadReleaseException(String message) {
        super(message);
    }

    BadReleaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
