package io.smarter.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2StreamChannel;

/**
 * A shorter way for a stream's DATA frames ({@link NettyRecords}): where nothing of the stream waits, and its window and
 * the connection's have room for a whole frame, they are taken from Netty's accounts and the frame is written. Used on the
 * event loop.
 */
final class NettyFrames {
    private static final int HEAD = 9;
    private static final byte[] NOTHING = {};

    /** What every peer takes in one frame (RFC 9113 §4.2), less what surrounds it in one TLS record. */
    private static final int MAX_LENGTH = (16 << 10) - HEAD;

    private final Channel channel;
    private final NettyRecords records;
    private final Http2Connection connection;
    private final Http2RemoteFlowController flow;
    private final int stream;
    private boolean queued;

    private NettyFrames(Http2StreamChannel channel, NettyRecords records, Http2FrameCodec codec) {
        this.channel = channel;
        this.records = records;
        this.connection = codec.connection();
        this.flow = codec.encoder().flowController();
        this.stream = channel.stream().id();
    }

    static NettyFrames of(Channel channel) {
        var pipeline = channel.parent().pipeline();
        return new NettyFrames(
                (Http2StreamChannel) channel, pipeline.get(NettyRecords.class), pipeline.get(Http2FrameCodec.class));
    }

    /** Writes a frame with these bytes; false if they have to go the usual way. */
    boolean write(byte[] bytes) {
        if (!queued && fits(bytes.length) && records.write(head(bytes.length), bytes, NOTHING)) take(bytes.length);
        else queued = true;
        return !queued;
    }

    private boolean fits(int length) {
        var ours = connection.stream(stream);
        return length > 0
                && length <= MAX_LENGTH
                && channel.parent().isWritable()
                && ours != null
                && !flow.hasFlowControlled(ours)
                && flow.windowSize(ours) >= length
                && flow.windowSize(connection.connectionStream()) >= length;
    }

    private void take(int length) {
        try {
            flow.incrementWindowSize(connection.stream(stream), -length);
            flow.incrementWindowSize(connection.connectionStream(), -length);
        } catch (Http2Exception e) {
            throw new IllegalStateException("a window cannot be taken from", e);
        }
    }

    private byte[] head(int length) {
        return new byte[] {
            (byte) (length >> 16),
            (byte) (length >> 8),
            (byte) length,
            Http2Frame.DATA,
            0,
            (byte) (stream >> 24),
            (byte) (stream >> 16),
            (byte) (stream >> 8),
            (byte) stream
        };
    }

    /** Sends what was written, either way. */
    void flush() {
        if (queued) channel.flush();
        else records.flush();
        queued = false;
    }
}
