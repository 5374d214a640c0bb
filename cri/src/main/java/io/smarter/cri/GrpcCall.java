package io.smarter.cri;

import com.google.protobuf.MessageLite;
import io.smarter.cri.CriException.Code;
import io.smarter.http.Http2Stream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call that was begun: a request on its way and the messages of its answer. Read by one thread, closed by any. */
public final class GrpcCall implements AutoCloseable {
    private final String method;
    private final Http2Stream stream;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean expired;

    GrpcCall(String method, Http2Stream stream) {
        this.method = method;
        this.stream = stream;
    }

    /** Sends the request's only message; the call is given up when the deadline, if any, has passed. */
    void send(MessageLite request, @Nullable Duration deadline) throws CriException {
        if (deadline != null) Thread.ofVirtual().name("deadline " + method).start(() -> giveUpAfter(deadline));
        try {
            stream.send(Grpc.frame(request));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Waits for the next message of the answer.
     *
     * @return null at the end of an answer that tells success
     * @throws CriException at the end of any other
     */
    public byte @Nullable [] next() throws CriException {
        try {
            int status = stream.status();
            if (status != 200) throw new CriException(Code.ofHttp(status), method + ": HTTP status " + status);
            var message = Grpc.read(stream.in());
            if (message != null) return message;
            // An answer without messages may have its status in its only header block.
            var fields = stream.headers().first("grpc-status") == null ? stream.trailers() : stream.headers();
            var error = Grpc.status(fields.first("grpc-status"), fields.first("grpc-message"));
            if (error != null) throw error;
            return null;
        } catch (CriException e) {
            throw e;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Gives the call up if it has not ended. */
    @Override
    public void close() {
        ended.countDown();
        stream.close();
    }

    private void giveUpAfter(Duration deadline) {
        try {
            if (ended.await(deadline.toMillis(), TimeUnit.MILLISECONDS)) return;
            expired = true;
            stream.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private CriException failure(IOException e) {
        if (expired) return new CriException(Code.DEADLINE_EXCEEDED, method + ": no answer in time", e);
        if (e instanceof InterruptedIOException || Thread.currentThread().isInterrupted())
            return new CriException(Code.CANCELLED, method + ": interrupted", e);
        return new CriException(Code.UNAVAILABLE, method + ": " + e.getMessage(), e);
    }
}
