package io.smarter.gateway;

import io.smarter.http.Exchange;
import io.smarter.http.Handler;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import java.io.IOException;

/** Answers programs of this machine: why pods run or do not, and {@code POST /drain}, which ends them before a shutdown. */
record LocalRequests(WhyRequests why, Drain drain) implements Handler {
    /** Ends all pods of the node. */
    @FunctionalInterface
    interface Drain {
        Shutdown.Outcome run() throws InterruptedException;
    }

    @Override
    public void handle(Exchange exchange) throws IOException, InterruptedException {
        if (exchange.path().equals("/drain") && exchange.method().equals("POST"))
            send(exchange, 200, drain.run().json());
        else if (!why.answer(exchange)) send(exchange, 404, Json.obj("message", "no such path: " + exchange.path()));
    }

    static void send(Exchange exchange, int status, Json.Obj body) throws IOException {
        exchange.respond(status, Headers.of("content-type", "application/json"), body.bytes());
    }
}
