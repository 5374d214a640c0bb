package io.smarter.apiserver;

import io.smarter.http.WebSocket;
import io.smarter.requests.Form;
import io.smarter.storage.WatchFrames;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A watch's answer as messages of a WebSocket, an event each, which Java and JavaScript clients ask for first. When the
 * client closes, the thread that made this is interrupted, or what was set later is called instead.
 */
final class WatchSocket extends OutputStream implements WatchFrames {
    private static final int FRAME_LENGTH = 4;

    private final WebSocket socket;
    private final Form form;
    private Runnable onClose = Thread.currentThread()::interrupt;
    private boolean closed;

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
            closed = true;
            onClose.run();
        }
    }

    /** @param action what is done, by another thread, when the client closes, or has done so */
    synchronized void onClose(Runnable action) {
        onClose = action;
        if (closed) action.run();
    }

    @Override
    public void write(int value) {
        throw new UnsupportedOperationException("a watch writes whole lines");
    }

    /** Sends one event. */
    @Override
    public void write(byte[] event, int offset, int length) throws IOException {
        var message = message(Arrays.copyOfRange(event, offset, offset + length));
        if (form == Form.PROTOBUF) socket.send(message);
        else socket.sendText(message);
    }

    /** A frame of protobuf without its length, a line without its end. */
    private byte[] message(byte[] event) {
        return form == Form.PROTOBUF
                ? Arrays.copyOfRange(event, FRAME_LENGTH, event.length)
                : Arrays.copyOf(event, event.length - 1);
    }

    @Override
    public byte[] event(byte[] event) {
        return socket.encoded(message(event), form != Form.PROTOBUF);
    }

    @Override
    public byte[] end() {
        return socket.farewell();
    }

    @Override
    public void close() throws IOException {
        onClose(() -> {});
        socket.close();
    }
}
