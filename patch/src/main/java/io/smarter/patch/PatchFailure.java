package io.smarter.patch;

/** A patch that cannot be applied; never leaves the functions of {@link Patches}. */
final class PatchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean malformed;

    private PatchFailure(boolean malformed, String message) {
        super(message, null, false, false);
        this.malformed = malformed;
    }

    /** The patch itself is wrong. */
    static PatchFailure malformed(String message) {
        return new PatchFailure(true, message);
    }

    /** The patch does not fit its target. */
    static PatchFailure misfit(String message) {
        return new PatchFailure(false, message);
    }

    Patches.Outcome.Rejected outcome() {
        var message = String.valueOf(getMessage());
        return malformed ? Patches.badRequest(message) : Patches.unprocessable(message);
    }
}
