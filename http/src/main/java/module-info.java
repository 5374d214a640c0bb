/** HTTP/1.1, HTTP/2, WebSocket and TLS, server and client, blocking handlers on virtual threads. */
module io.smarter.http {
    requires static transitive org.jspecify;

    exports io.smarter.http;
}
