package io.smarter.bench;

import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Sockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts values into an etcd (its API v3, {@code KV.Put}, by gRPC), without TLS. */
final class EtcdClient implements Load.Client {
    private static final int LONG_ENOUGH = 1 << 16;

    private final Http2Connection connection;
    private final byte[] value;

    EtcdClient(int port, byte[] value) throws IOException {
        this.connection = Http2Connection.client(Sockets.tcp("127.0.0.1", port));
        this.value = value.clone();
    }

    @Override
    public void write(long number) throws IOException {
        var headers = Headers.of("host", "127.0.0.1", "content-type", "application/grpc", "te", "trailers");
        try (var stream = connection.open("POST", "/etcdserverpb.KV/Put", headers, false)) {
            stream.send(message("/bench/" + number));
            int status = stream.status();
            stream.body(LONG_ENOUGH);
            var trailers = stream.trailers();
            if (status != 200 || !"0".equals(trailers.first("grpc-status")))
                throw new IOException("etcd answered %d, %s".formatted(status, trailers.first("grpc-message")));
        }
    }

    /** A PutRequest, after the flag for "not compressed" and its length. */
    private byte[] message(String key) {
        var put = new ByteArrayOutputStream();
        field(put, 1, key.getBytes(StandardCharsets.UTF_8));
        field(put, 2, value);
        return ByteBuffer.allocate(put.size() + 5)
                .put((byte) 0)
                .putInt(put.size())
                .put(put.toByteArray())
                .array();
    }

    private static void field(ByteArrayOutputStream to, int number, byte[] bytes) {
        to.write(number << 3 | 2);
        int length = bytes.length;
        for (; length >= 0x80; length >>>= 7) to.write(length & 0x7f | 0x80);
        to.write(length);
        to.writeBytes(bytes);
    }

    @Override
    public void close() {
        connection.close();
    }
}
