package io.smarter.apiserver;

import io.smarter.http.WebSocket;
import io.smarter.requests.Form;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A watch's answer as messages of a WebSocket, an event each, which Java and JavaScript clients ask for first. When the
 * client closes, the thread that made this is interrupted.
 */
final class WatchSocket extends OutputStream {
    private static final int FRAME_LENGTH = 4;

    private final WebSocket socket;
    private final Form form;
    private final Thread watching = Thread.currentThread();
    private boolean over;

    WatchSocket(WebSocket socket, Form form) {
        this.socket = socket;
        this.form = form;
        Thread.ofVirtual().name("watch-socket").start(this::awaitClose);
    }

    private void awaitClose() {
        try {
            for (var message = socket.receive(); message != null; ) message = socket.receive();
        } catch (IOException e) {
            // gone without a word, which is the end too
        }
        synchronized (this) {
            if (!over) watching.interrupt();
        }
    }

    @Override
    public void write(int value) {
        throw new UnsupportedOperationException("a watch writes whole lines");
    }

    /** Sends one frame of protobuf, without its length; or one line, or several, which must be whole. */
    @Override
    public void write(byte[] lines, int offset, int length) throws IOException {
        if (form == Form.PROTOBUF) {
            socket.send(Arrays.copyOfRange(lines, offset + FRAME_LENGTH, offset + length));
            return;
        }
        int start = offset;
        for (int i = offset; i < offset + length; i++) {
            if (lines[i] != '\n') continue;
            socket.sendText(Arrays.copyOfRange(lines, start, i));
            start = i + 1;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            over = true;
        }
        socket.close();
    }
}
