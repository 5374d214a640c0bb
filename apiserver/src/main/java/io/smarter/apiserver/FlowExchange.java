package io.smarter.apiserver;

import io.smarter.http.Duplex;
import io.smarter.http.Exchange;
import io.smarter.http.Feed;
import io.smarter.http.Headers;
import io.smarter.http.Query;
import io.smarter.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request whose answer tells of which flow it is, once that is known. */
final class FlowExchange implements Exchange {
    private final Exchange exchange;
    private FlowControl.@Nullable Flow flow;

    FlowExchange(Exchange exchange) {
        this.exchange = exchange;
    }

    void flow(FlowControl.@Nullable Flow found) {
        flow = found;
    }

    private Headers told(Headers headers) {
        var of = flow;
        if (of == null) return headers;
        var all = new Headers();
        headers.forEach(all::add);
        return all.add("x-kubernetes-pf-flowschema-uid", of.schema())
                .add("x-kubernetes-pf-prioritylevel-uid", of.level());
    }

    @Override
    public void respond(int status, Headers headers, byte[] body) throws IOException {
        exchange.respond(status, told(headers), body);
    }

    @Override
    public OutputStream stream(int status, Headers headers) throws IOException {
        return exchange.stream(status, told(headers));
    }

    @Override
    public OutputStream feed(int status, Headers headers) throws IOException {
        return exchange.feed(status, told(headers));
    }

    @Override
    public void leaveTo(Feed.Source source) {
        exchange.leaveTo(source);
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String path() {
        return exchange.path();
    }

    @Override
    public Query query() {
        return exchange.query();
    }

    @Override
    public Headers headers() {
        return exchange.headers();
    }

    @Override
    public List<X509Certificate> peer() {
        return exchange.peer();
    }

    @Override
    public List<X509Certificate> expiredPeer() {
        return exchange.expiredPeer();
    }

    @Override
    public String remote() {
        return exchange.remote();
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public byte[] body(int limit) throws IOException {
        return exchange.body(limit);
    }

    @Override
    public boolean wantsWebSocket() {
        return exchange.wantsWebSocket();
    }

    @Override
    public WebSocket webSocket(String subprotocol) throws IOException {
        return exchange.webSocket(subprotocol);
    }

    @Override
    public Duplex upgrade(String protocol, Headers headers) throws IOException {
        return exchange.upgrade(protocol, headers);
    }

    @Override
    public Duplex duplex(int status, Headers headers) throws IOException {
        return exchange.duplex(status, headers);
    }
}
