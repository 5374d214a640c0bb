package io.smarter.cri;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.smarter.cri.CriException.Code;
import io.smarter.http.Exchange;
import io.smarter.http.Headers;
import io.smarter.http.Http2Stream;
import io.smarter.http.UnixServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** gRPC services on a Unix socket. Every call has a virtual thread of its own, which is interrupted when the caller leaves. */
public final class GrpcServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GrpcServer.class.getName());
    private static final int MAX_REQUEST = 256 << 10;

    private final Map<String, Method> methods;
    private final UnixServer server;

    private GrpcServer(Path socket, Map<String, Method> methods) throws IOException {
        this.methods = methods;
        this.server = UnixServer.listen(socket, this::serve);
    }

    /** Answers one method: takes the request's only message, sends any number. */
    @FunctionalInterface
    public interface Method {
        /** A {@link CriException} is told to the caller with its code, any other exception as {@link Code#UNKNOWN}. */
        void answer(byte[] request, Answers answers) throws IOException, InterruptedException;

        /** A method with one answer. */
        static <T> Method unary(Parser<T> parser, Unary<T> method) {
            return (request, answers) -> answers.send(method.answer(read(request, parser)));
        }
    }

    /** Takes a request and gives its answer. */
    @FunctionalInterface
    public interface Unary<T> {
        MessageLite answer(T request) throws IOException, InterruptedException;
    }

    /** The messages of one answer. */
    @FunctionalInterface
    public interface Answers {
        /** Sends a message at once. */
        void send(MessageLite message) throws IOException;
    }

    /**
     * Listens on a socket, which is made.
     *
     * @param methods by path, {@code /package.Service/Method}
     */
    public static GrpcServer listen(Path socket, Map<String, Method> methods) throws IOException {
        return new GrpcServer(socket, Map.copyOf(methods));
    }

    /** Ends all calls and removes the socket. */
    @Override
    public void close() throws IOException {
        server.close();
    }

    private static <T> T read(byte[] request, Parser<T> parser) throws CriException {
        try {
            return parser.parseFrom(request);
        } catch (InvalidProtocolBufferException e) {
            throw new CriException(Code.INVALID_ARGUMENT, "the request cannot be read: " + e.getMessage());
        }
    }

    private void serve(Exchange exchange) throws IOException, InterruptedException {
        var headers = Headers.of("content-type", "application/grpc");
        if (!(exchange.duplex(200, headers) instanceof Http2Stream stream)) throw new IOException("gRPC needs HTTP/2");
        var error = answer(exchange.path(), stream);
        var status = new Headers().add("grpc-status", (error == null ? Code.OK : error.code()).number());
        if (error != null) status.add("grpc-message", Grpc.encode(error.reason()));
        stream.end(status);
    }

    private @Nullable CriException answer(String path, Http2Stream stream) throws InterruptedException {
        try {
            var method = methods.get(path);
            if (method == null) return new CriException(Code.UNIMPLEMENTED, "there is no method " + path);
            var request = Grpc.read(stream.in(), MAX_REQUEST);
            if (request == null) return new CriException(Code.INVALID_ARGUMENT, "the request has no message");
            method.answer(request, message -> {
                stream.out().write(Grpc.frame(message));
                stream.out().flush();
            });
            return null;
        } catch (CriException e) {
            return e;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "call of " + path + " failed", e);
            return new CriException(Code.UNKNOWN, String.valueOf(e.getMessage()));
        }
    }
}
