package io.smarter.tunnel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The subprotocols by which a WebSocket carries a command's streams, newest first. Each message starts with its channel, a
 * byte; where messages are text, the channel is a digit and base64 follows it.
 */
enum ExecProtocol {
    V5("v5.channel.k8s.io", false, true),
    V4("v4.channel.k8s.io", false, true),
    V4_TEXT("v4.base64.channel.k8s.io", true, true),
    V1("channel.k8s.io", false, false),
    V1_TEXT("base64.channel.k8s.io", true, false);

    private final String id;
    private final boolean text;
    private final boolean tellsStatus;

    ExecProtocol(String id, boolean text, boolean tellsStatus) {
        this.id = id;
        this.text = text;
        this.tellsStatus = tellsStatus;
    }

    static String[] names() {
        return Arrays.stream(values()).map(protocol -> protocol.id).toArray(String[]::new);
    }

    static ExecProtocol of(String id) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.id.equals(id))
                .findFirst()
                .orElse(V1);
    }

    boolean isText() {
        return text;
    }

    /** Whether how it ended is told as a Status; else only what went wrong is, in words. */
    boolean tellsStatus() {
        return tellsStatus;
    }

    byte[] message(byte channel, byte[] data, int length) {
        var payload = text ? Base64.getEncoder().encode(Arrays.copyOf(data, length)) : data;
        int size = text ? payload.length : length;
        var message = new byte[1 + size];
        message[0] = (byte) (text ? '0' + channel : channel);
        System.arraycopy(payload, 0, message, 1, size);
        return message;
    }

    /**
     * A client's message, its channel first.
     *
     * @throws IllegalArgumentException if it is to be base64 and is not
     */
    byte[] parsed(byte[] message) {
        if (!text || message.length == 0) return message;
        var data = Base64.getDecoder().decode(new String(message, 1, message.length - 1, StandardCharsets.ISO_8859_1));
        var parsed = new byte[1 + data.length];
        parsed[0] = (byte) (message[0] - '0');
        System.arraycopy(data, 0, parsed, 1, data.length);
        return parsed;
    }
}
