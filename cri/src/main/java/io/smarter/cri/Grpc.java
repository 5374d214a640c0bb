package io.smarter.cri;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import io.smarter.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The bytes and fields of gRPC over HTTP/2. */
final class Grpc {
    /** The longest message that we take; containerd sends none that is longer. */
    static final int MAX_MESSAGE = 16 << 20;

    private static final int PREFIX = 5;

    private Grpc() {}

    /** The fields of a request. */
    static Headers request(@Nullable Duration deadline) {
        var headers = Headers.of(
                "host", "localhost",
                "content-type", "application/grpc",
                "te", "trailers",
                "user-agent", "smarter");
        if (deadline != null) headers.add("grpc-timeout", timeout(deadline));
        return headers;
    }

    /** A time span as {@code grpc-timeout} wants it: at most 8 digits and a unit. */
    static String timeout(Duration deadline) {
        long millis = Math.max(1, deadline.toMillis());
        return millis < 100_000_000 ? millis + "m" : Math.min(99_999_999, deadline.toSeconds()) + "S";
    }

    /** A message behind its prefix: one byte for "not compressed", four for its length. */
    static byte[] frame(MessageLite message) {
        var content = message.toByteArray();
        return ByteBuffer.allocate(PREFIX + content.length)
                .put((byte) 0)
                .putInt(content.length)
                .put(content)
                .array();
    }

    /** The next message, or null at the end of the stream. */
    static byte @Nullable [] read(InputStream in) throws IOException {
        return read(in, MAX_MESSAGE);
    }

    /** The next message, of a limited length, or null at the end of the stream. */
    static byte @Nullable [] read(InputStream in, int limit) throws IOException {
        var prefix = in.readNBytes(PREFIX);
        if (prefix.length == 0) return null;
        if (prefix.length < PREFIX) throw new EOFException("gRPC message ends within its prefix");
        if (prefix[0] != 0) throw new IOException("gRPC message is compressed, which we did not ask for");
        int length = ByteBuffer.wrap(prefix, 1, 4).getInt();
        if (length < 0 || length > limit)
            throw new IOException(
                    "gRPC message of %d bytes: at most %d are taken".formatted(Integer.toUnsignedLong(length), limit));
        var content = in.readNBytes(length);
        if (content.length < length) throw new EOFException("gRPC message ends before its length");
        return content;
    }

    /** The error that a status tells, or null for success. */
    static @Nullable CriException status(@Nullable String grpcStatus, @Nullable String grpcMessage) {
        if (grpcStatus == null) return new CriException(CriException.Code.UNKNOWN, "the answer has no grpc-status");
        var code = CriException.Code.of(grpcStatus);
        if (code == CriException.Code.OK) return null;
        return new CriException(code, decode(grpcMessage == null ? "" : grpcMessage));
    }

    /** Undoes the percent-encoding of {@code grpc-message}; what is no valid escape stays as it is. */
    static String decode(String message) {
        if (message.indexOf('%') < 0) return message;
        var bytes = message.getBytes(UTF_8);
        var plain = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1], bytes[i + 2]) : -1;
            plain.write(value < 0 ? bytes[i] : value);
            if (value >= 0) i += 2;
        }
        return plain.toString(UTF_8);
    }

    /** Percent-encodes a {@code grpc-message}. */
    static String encode(String message) {
        var text = new StringBuilder();
        for (var b : message.getBytes(UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') text.append((char) b);
            else text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return text.toString();
    }

    private static int hex(byte high, byte low) {
        int h = Character.digit(high, 16);
        int l = Character.digit(low, 16);
        return h < 0 || l < 0 ? -1 : h << 4 | l;
    }
}
