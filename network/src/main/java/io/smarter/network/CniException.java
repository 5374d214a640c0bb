package io.smarter.network;

/** Why a call of the plugin failed, CNI 1.1 section 5, "Error". */
final class CniException extends Exception {
    private static final long serialVersionUID = 1;

    /** The codes that the specification reserves. */
    enum Code {
        INCOMPATIBLE_VERSION(1),
        UNSUPPORTED_FIELD(2),
        UNKNOWN_CONTAINER(3),
        BAD_ENVIRONMENT(4),
        IO_FAILURE(5),
        UNDECODABLE(6),
        BAD_CONFIGURATION(7),
        TRY_AGAIN_LATER(11),
        NOT_AVAILABLE(50);

        final int number;

        Code(int number) {
            this.number = number;
        }
    }

    private final Code code;

    CniException(Code code, String message) {
        super(message);
        this.code = code;
    }

    CniException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    Code code() {
        return code;
    }
}
