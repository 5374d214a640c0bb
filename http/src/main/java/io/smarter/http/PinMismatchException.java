package io.smarter.http;

import java.security.cert.CertificateException;

/** A server showed no certificate with the public key by which it was to be known: it is another server. */
public final class PinMismatchException extends CertificateException {
    private static final long serialVersionUID = 1L;

    PinMismatchException(String message) {
        super(message);
    }

    /** Whether a failure to connect came of that. */
    public static boolean caused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PinMismatchException) return true;
        }
        return false;
    }
}
