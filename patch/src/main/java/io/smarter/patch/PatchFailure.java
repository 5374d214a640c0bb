package io.smarter.patch;

/** A patch that cannot be applied; never leaves the functions of {@link Patches}. */
final class PatchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    private PatchFailure(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** The patch itself is wrong. */
    static PatchFailure malformed(String message) {
        return new PatchFailure(400, message);
    }

    /** The patch does not fit its target. */
    static PatchFailure misfit(String message) {
        return new PatchFailure(422, message);
    }

    /** The patch is more work than anybody needs. */
    static PatchFailure large(String message) {
        return new PatchFailure(413, message);
    }

    Patches.Outcome.Rejected outcome() {
        var message = String.valueOf(getMessage());
        return switch (code) {
            case 400 -> Patches.badRequest(message);
            case 413 -> Patches.tooLarge(message);
            default -> Patches.unprocessable(message);
        };
    }
}
