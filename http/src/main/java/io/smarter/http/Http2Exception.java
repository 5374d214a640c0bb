package io.smarter.http;

import java.io.IOException;

/** The peer broke the protocol, on one stream or for the whole connection. */
final class Http2Exception extends IOException {
    private static final long serialVersionUID = 1L;

    private final Http2Error error;
    private final int stream;

    private Http2Exception(Http2Error error, int stream, String message) {
        super(message);
        this.error = error;
        this.stream = stream;
    }

    /** Ends the connection. */
    static Http2Exception connection(Http2Error error, String message) {
        return new Http2Exception(error, 0, message);
    }

    /** Ends one stream. */
    static Http2Exception stream(int stream, Http2Error error, String message) {
        return new Http2Exception(error, stream, message);
    }

    Http2Error error() {
        return error;
    }

    /** The stream that it ends, 0 for the whole connection. */
    int stream() {
        return stream;
    }
}
