package io.smarter.store;

/** The store cannot do what was asked: its disk is full, broken or unreadable, or it is closed. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
