package io.smarter.cli;

import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What comes back from a command in a container: messages that begin with the number of their channel, of which the last tells how
 * it ended (Kubernetes, subprotocols {@code v4.channel.k8s.io} and {@code v5.channel.k8s.io}). For use by one thread at a time.
 */
final class ExecOutput {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int STATUS = 3;
    private static final int MOST = 32 << 20;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ByteArrayOutputStream status = new ByteArrayOutputStream();
    private int channel = -1;

    /**
     * How a command ended.
     *
     * @param status 0 when it went well
     */
    record Result(int status, String out, String err) {}

    /**
     * Takes a part of a message.
     *
     * @throws IOException if it said too much
     */
    void take(ByteBuffer data, boolean last) throws IOException {
        if (channel < 0 && data.hasRemaining()) channel = data.get() & 0xff;
        var to = stream();
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        if (to.size() + bytes.length > MOST)
            throw new IOException("the command says more than %d bytes".formatted(MOST));
        to.writeBytes(bytes);
        if (last) channel = -1;
    }

    private ByteArrayOutputStream stream() {
        return switch (channel) {
            case STDOUT -> out;
            case STDERR -> err;
            case STATUS -> status;
            default -> new ByteArrayOutputStream(); // nobody needs it
        };
    }

    /**
     * After the last message.
     *
     * @throws IOException if the command did not run, or was cut off
     */
    Result result() throws IOException {
        if (status.size() == 0) throw new IOException("the connection ended before the command did");
        return new Result(exitStatus(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private int exitStatus() throws IOException {
        try {
            var told = Json.parse(status.toByteArray());
            if (told.textOrEmpty("status").equals("Success")) return 0;
            for (var cause : told.items("details", "causes"))
                if (cause.textOrEmpty("reason").equals("ExitCode"))
                    return Integer.parseInt(cause.textOrEmpty("message"));
            throw new IOException(told.textOrEmpty("message"));
        } catch (JsonException | NumberFormatException e) {
            throw new IOException(
                    "how the command ended is not told in a way that is understood: " + e.getMessage(), e);
        }
    }
}
