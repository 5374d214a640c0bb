package io.smarter.http;

/**
 * Answers requests. Called on a virtual thread of its own for each request, so it may block. When the client goes away
 * the thread is interrupted. An exception that leaves it becomes status 500 if nothing was sent yet, and ends this one
 * request only.
 */
@FunctionalInterface
public interface Handler {
    void handle(Exchange exchange) throws Exception;
}
