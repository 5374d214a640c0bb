package io.smarter.patch;

/** A value or a set of fields that server-side apply cannot handle; never leaves {@link Apply} and {@link ManagedFields}. */
final class ApplyFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApplyFailure(String message) {
        super(message, null, false, false);
    }
}
