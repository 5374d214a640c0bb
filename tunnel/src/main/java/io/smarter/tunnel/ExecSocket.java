package io.smarter.tunnel;

import static java.lang.System.Logger.Level.DEBUG;

import io.smarter.api.Status;
import io.smarter.http.Headers;
import io.smarter.http.SpdyConnection;
import io.smarter.http.SpdyStream;
import io.smarter.http.WebSocket;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of an {@link ExecProtocol} in front of the container runtime's SPDY streams. The channels are: 0 stdin, 1
 * stdout, 2 stderr, 3 how it ended, 4 the terminal's size, and 255, with which a client of v5 half-closes the channel
 * that its second byte names.
 *
 * <p>How it ended is the last message: it is sent when both outputs have been passed on to their end.
 */
final class ExecSocket {
    private static final System.Logger LOG = System.getLogger("io.smarter.tunnel");
    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte ERROR = 3;
    private static final byte RESIZE = 4;
    private static final byte CLOSE = (byte) 255;
    private static final int PART = 16 << 10;
    private static final int MAX_STATUS = 64 << 10;

    private static final byte[] NOTHING = {};

    private final WebSocket socket;
    private final ExecProtocol protocol;
    private final SpdyConnection runtime;
    private final SpdyStream error;
    private final @Nullable SpdyStream stdin;
    private final @Nullable SpdyStream stdout;
    private final @Nullable SpdyStream stderr;
    private final @Nullable SpdyStream resize;

    ExecSocket(WebSocket socket, ExecProtocol protocol, SpdyConnection runtime, ExecStream.Wanted wanted)
            throws IOException {
        this.socket = socket;
        this.protocol = protocol;
        this.runtime = runtime;
        error = open("error");
        stdin = wanted.stdin() ? open("stdin") : null;
        stdout = wanted.stdout() ? open("stdout") : null;
        stderr = wanted.stderr() ? open("stderr") : null;
        resize = wanted.tty() ? open("resize") : null;
    }

    private SpdyStream open(String type) throws IOException {
        return runtime.open(Headers.of("streamtype", type));
    }

    /** Returns when the client has closed or the runtime has nothing more to say. */
    void run(String name) throws IOException, InterruptedException {
        send(stdout != null ? STDOUT : stderr != null ? STDERR : ERROR, NOTHING, 0); // tells that it is open
        var outputs = Thread.ofVirtual().name(name + " outputs").start(this::sendOutputs);
        try {
            for (byte[] message; (message = socket.receive()) != null; ) {
                if (message.length > 0) fromClient(protocol.parsed(message));
            }
        } catch (IllegalArgumentException e) {
            socket.close(1003, "messages are base64 in this protocol");
        } finally {
            runtime.close();
            outputs.join();
        }
    }

    private void fromClient(byte[] message) throws IOException {
        switch (message[0]) {
            case STDIN -> write(stdin, message);
            case RESIZE -> write(resize, message);
            case CLOSE -> {
                if (message.length == 2 && message[1] == STDIN && stdin != null)
                    stdin.out().close();
            }
            default -> socket.close(1002, "channel %d is not the client's".formatted(message[0]));
        }
    }

    /** A process that has stopped reading does not end the session: its Status is still to come. */
    private static void write(@Nullable SpdyStream to, byte[] message) {
        if (to == null || message.length == 1) return;
        try {
            to.out().write(message, 1, message.length - 1);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "input is not wanted any more: " + e.getMessage());
        }
    }

    private void sendOutputs() {
        try {
            var copies = new ArrayList<Thread>();
            if (stdout != null) copies.add(copy(stdout, STDOUT));
            if (stderr != null) copies.add(copy(stderr, STDERR));
            var status = status();
            for (var copy : copies) copy.join();
            if (status.length > 0) send(ERROR, status, status.length);
            socket.close(1000, "");
        } catch (IOException | InterruptedException e) {
            LOG.log(DEBUG, () -> "client is gone: " + e.getMessage());
        }
    }

    private void send(byte channel, byte[] data, int length) throws IOException {
        var message = protocol.message(channel, data, length);
        if (protocol.isText()) socket.sendText(message);
        else socket.send(message);
    }

    /** How it ended, as the protocol tells it: before v4 success is told by saying nothing. */
    private byte[] status() {
        var status = runtimesStatus();
        if (protocol.tellsStatus()) return status;
        try {
            var parsed = Json.parse(status);
            return parsed.textOrEmpty("status").equals("Success")
                    ? NOTHING
                    : parsed.textOrEmpty("message").getBytes(StandardCharsets.UTF_8);
        } catch (JsonException e) {
            return status;
        }
    }

    private byte[] runtimesStatus() {
        try {
            var status = error.in().readNBytes(MAX_STATUS);
            if (status.length > 0) return status;
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "no exit status: " + e.getMessage());
        }
        return Status.internal("the connection to the container was lost before its exit status came")
                .json()
                .bytes();
    }

    private Thread copy(SpdyStream from, byte channel) {
        return Thread.ofVirtual().start(() -> {
            var part = new byte[PART];
            try {
                for (int count; (count = from.in().read(part, 0, PART)) >= 0; ) send(channel, part, count);
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "output of channel %d ended: %s".formatted(channel, e.getMessage()));
            }
        });
    }
}
