package io.smarter.tunnel;

import io.smarter.http.Http2Stream;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.requests.RefusedException;
import java.io.IOException;

/** A gateway's answer to a request through its tunnel. */
final class StreamGateway {
    private static final int MAX_REFUSAL = 64 << 10;

    private StreamGateway() {}

    /** Waits for 200; anything else becomes the refusal that the gateway's Status says. */
    static Http2Stream accepted(Http2Stream stream) throws RefusedException, IOException {
        int status;
        try {
            status = stream.status();
            if (status == 200) return stream;
            var body = stream.in().readNBytes(MAX_REFUSAL);
            throw new RefusedException(status < 400 ? 502 : status, message(body, status));
        } catch (IOException e) {
            stream.close();
            throw new RefusedException(503, "the gateway's connection broke: " + e.getMessage(), e);
        }
    }

    private static String message(byte[] body, int status) {
        try {
            var message = Json.parse(body).text("message");
            if (message != null) return message;
        } catch (JsonException e) {
            return "the gateway answered %d without a Status: %s".formatted(status, e.getMessage());
        }
        return "the gateway answered %d".formatted(status);
    }
}
