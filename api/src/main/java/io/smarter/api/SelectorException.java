package io.smarter.api;

/** A selector that cannot be understood. The message says where and why. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    public SelectorException(String message) {
        super(message);
    }
}
