package io.smarter.cri;

import java.io.IOException;

/**
 * A call to the container runtime, or another gRPC service of this machine, that failed: what was answered, or
 * {@link Code#UNAVAILABLE} when nobody could be reached at all.
 */
public final class CriException extends IOException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /** What a call is answered that fails. */
    public CriException(Code code, String message) {
        super(code + ": " + message);
        this.code = code;
    }

    CriException(Code code, String message, Throwable cause) {
        super(code + ": " + message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** What was answered, without the code. */
    public String reason() {
        var message = String.valueOf(getMessage());
        var prefix = code + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    /** gRPC's status codes. */
    public enum Code {
        OK(0),
        CANCELLED(1),
        UNKNOWN(2),
        INVALID_ARGUMENT(3),
        DEADLINE_EXCEEDED(4),
        NOT_FOUND(5),
        ALREADY_EXISTS(6),
        PERMISSION_DENIED(7),
        RESOURCE_EXHAUSTED(8),
        FAILED_PRECONDITION(9),
        ABORTED(10),
        OUT_OF_RANGE(11),
        UNIMPLEMENTED(12),
        INTERNAL(13),
        UNAVAILABLE(14),
        DATA_LOSS(15),
        UNAUTHENTICATED(16);

        private final String number;

        Code(int number) {
            this.number = Integer.toString(number);
        }

        /** As a {@code grpc-status} field has it. */
        String number() {
            return number;
        }

        /** The code of a {@code grpc-status} field; what is no number of ours is {@link #UNKNOWN}. */
        static Code of(String grpcStatus) {
            for (var code : values()) {
                if (grpcStatus.equals(code.number)) return code;
            }
            return UNKNOWN;
        }

        /** The code that stands for an HTTP status of something that does not speak gRPC. */
        static Code ofHttp(int status) {
            return switch (status) {
                case 400 -> INTERNAL;
                case 401 -> UNAUTHENTICATED;
                case 403 -> PERMISSION_DENIED;
                case 404 -> UNIMPLEMENTED;
                case 429, 502, 503, 504 -> UNAVAILABLE;
                default -> UNKNOWN;
            };
        }
    }
}
