/**
 * HTTP/1.1, HTTP/2, WebSocket and TLS, server and client, blocking handlers on virtual threads.
 *
 * <p>Netty is behind {@code HttpServer} alone: a program that runs one brings it along, a gateway does not.
 */
module io.smarter.http {
    requires static transitive org.jspecify;
    requires io.smarter.files;
    requires static io.netty.buffer;
    requires static io.netty.codec;
    requires static io.netty.codec.http;
    requires static io.netty.codec.http2;
    requires static io.netty.common;
    requires static io.netty.handler;
    requires static io.netty.tcnative.classes.openssl;
    requires static io.netty.transport;

    exports io.smarter.http;
}
