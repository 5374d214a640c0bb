/** HTTP/1.1, HTTP/2, WebSocket and TLS, server and client, blocking handlers on virtual threads. */
@NullMarked
package io.smarter.http;

import org.jspecify.annotations.NullMarked;
