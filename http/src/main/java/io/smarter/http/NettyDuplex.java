package io.smarter.http;

import java.io.InputStream;
import java.io.OutputStream;

/** A request's and an answer's body, or an upgraded connection, as one two-way stream. */
final class NettyDuplex implements Duplex {
    private final NettyWire wire;
    private final NettyOutput out;

    NettyDuplex(NettyWire wire) {
        this.wire = wire;
        this.out = new NettyOutput(wire, false, 0);
    }

    @Override
    public InputStream in() {
        return wire.input();
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        wire.input().close();
        wire.abort();
    }
}
