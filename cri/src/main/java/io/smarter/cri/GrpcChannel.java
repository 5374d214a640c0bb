package io.smarter.cri;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.smarter.cri.CriException.Code;
import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Http2Stream;
import io.smarter.http.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * gRPC over one HTTP/2 connection on a Unix socket, dialled when first needed and again when it broke. Safe for use by
 * many threads.
 */
public final class GrpcChannel implements AutoCloseable {
    private final Path socket;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Http2Connection connection;
    private boolean closed;

    /** Calls to whoever listens, now or later, on a Unix socket. */
    public GrpcChannel(Path socket) {
        this.socket = socket;
    }

    /** One request, one answer. */
    public <T extends MessageLite> T unary(String method, MessageLite request, Parser<T> parser, Duration deadline)
            throws CriException {
        return unary(method, request, parser, Grpc.request(deadline), deadline);
    }

    /** One request with these headers, one answer. */
    <T extends MessageLite> T unary(
            String method, MessageLite request, Parser<T> parser, Headers headers, Duration deadline)
            throws CriException {
        try (var call = call(method, request, headers, deadline)) {
            var answer = call.next();
            if (answer == null || call.next() != null)
                throw new CriException(Code.INTERNAL, method + ": one message expected");
            return parse(method, answer, parser);
        }
    }

    /** Begins a call that is answered message by message, for as long as it may last. */
    public GrpcCall stream(String method, MessageLite request) throws CriException {
        return call(method, request, Grpc.request(null), null);
    }

    /** Begins a call whose answer is read message by message; the deadline, if any, is for the whole of it. */
    GrpcCall call(String method, MessageLite request, Headers headers, @Nullable Duration deadline)
            throws CriException {
        var call = new GrpcCall(method, open(method, headers));
        try {
            call.send(request, deadline);
            return call;
        } catch (CriException e) {
            call.close();
            throw e;
        }
    }

    /** A message of an answer. */
    public static <T> T parse(String what, byte[] message, Parser<T> parser) throws CriException {
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new CriException(Code.INTERNAL, what + ": the answer cannot be read", e);
        }
    }

    /** A call that could not even be begun was seen by nobody, so it may be tried on a new connection. */
    private Http2Stream open(String method, Headers headers) throws CriException {
        try {
            return connection().open("POST", method, headers, false);
        } catch (CriException e) {
            throw e;
        } catch (IOException _) {
            return reopen(method, headers);
        }
    }

    private Http2Stream reopen(String method, Headers headers) throws CriException {
        try {
            return connection().open("POST", method, headers, false);
        } catch (CriException e) {
            throw e;
        } catch (IOException e) {
            throw new CriException(Code.UNAVAILABLE, method + ": " + e.getMessage(), e);
        }
    }

    private Http2Connection connection() throws CriException {
        lock.lock();
        try {
            if (closed) throw new CriException(Code.CANCELLED, "this client is closed");
            var current = connection;
            if (current != null && current.isOpen()) return current;
            if (current != null) current.close();
            current = Http2Connection.client(Sockets.unix(socket));
            connection = current;
            return current;
        } catch (CriException e) {
            throw e;
        } catch (IOException e) {
            throw new CriException(Code.UNAVAILABLE, "connect to " + socket + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (connection != null) connection.close();
        } finally {
            lock.unlock();
        }
    }
}
