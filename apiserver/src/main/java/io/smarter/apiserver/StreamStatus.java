package io.smarter.apiserver;

import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.io.IOException;

/** Refusals outside the resource verbs, as Kubernetes Status objects. */
final class StreamStatus {
    private StreamStatus() {}

    /** A request that is refused; thrown to where its exchange is answered. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;

        RefusedException(int code, String message) {
            super(message);
            this.code = code;
        }

        void answer(Exchange exchange) throws IOException {
            StreamStatus.answer(exchange, code, String.valueOf(getMessage()));
        }
    }

    static Json.Obj of(int code, String message) {
        return Json.obj(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "metadata",
                Json.Obj.EMPTY,
                "status",
                "Failure",
                "message",
                message,
                "reason",
                reason(code),
                "code",
                code);
    }

    static void answer(Exchange exchange, int code, String message) throws IOException {
        answer(exchange, code, of(code, message));
    }

    static void answer(Exchange exchange, int code, Json body) throws IOException {
        exchange.respond(code, Headers.of("content-type", "application/json"), body.bytes());
    }

    private static String reason(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 409 -> "Conflict";
            case 413 -> "RequestEntityTooLarge";
            case 422 -> "Invalid";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> code >= 500 ? "InternalError" : "Unknown";
        };
    }
}
