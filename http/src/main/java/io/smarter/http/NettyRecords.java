package io.smarter.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A shorter way to the socket for what goes to many connections at once: bytes become one TLS record at once, past the
 * handlers and queues of the pipeline, which cost more than the record. Sits before the TLS handler, and keeps the order
 * with what goes the usual way: that is flushed first. Used on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel, and that is listened to
final class NettyRecords extends ChannelOutboundHandlerAdapter {
    private static final int MAX_PLAIN = 16 << 10;
    private static final int MOST_ADDED = 256;

    private static final FastThreadLocal<ByteBuffer> PLAIN = new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
            return ByteBuffer.allocateDirect(MAX_PLAIN);
        }
    };

    private final SSLEngine engine;
    private final boolean able;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ChannelHandlerContext tls;
    private boolean waiting;

    NettyRecords(SslHandler tls) {
        this.engine = tls.engine();
        this.able = engine instanceof ReferenceCountedOpenSslEngine; // others need more room than a record takes
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        tls = added.pipeline().context(SslHandler.class);
    }

    @Override
    public void write(ChannelHandlerContext from, Object message, ChannelPromise promise) {
        waiting = true;
        from.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext from) {
        waiting = false;
        from.flush();
    }

    /** Writes these bytes, one after the other; false if they have to go the usual way. */
    boolean write(byte[] head, byte[] body, byte[] tail) {
        int length = head.length + body.length + tail.length;
        var after = tls;
        if (!able || length > MAX_PLAIN || after == null || context == null) return false;
        if (waiting) flush(context);
        var plain = PLAIN.get().clear().put(head).put(body).put(tail).flip();
        var record = context.alloc().directBuffer(length + MOST_ADDED);
        if (!wrap(plain, record)) {
            record.release();
            return false;
        }
        after.write(record, after.voidPromise());
        return true;
    }

    private boolean wrap(ByteBuffer plain, ByteBuf record) {
        try {
            var result = engine.wrap(plain, record.internalNioBuffer(0, record.capacity()));
            if (result.getStatus() != Status.OK || plain.hasRemaining()) return false;
            record.writerIndex(result.bytesProduced());
            return true;
        } catch (SSLException e) {
            return false; // the usual way tells
        }
    }

    /** Sends what was written, either way. */
    void flush() {
        if (context == null || tls == null) return;
        if (waiting) flush(context);
        else tls.flush();
    }
}
