package io.smarter.controllers;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.http.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** A fake cluster over real TLS on loopback, and a client of it. */
record ServedCluster(FakeCluster cluster, HttpServer server, ApiClient client) implements AutoCloseable {
    static ServedCluster start(TlsIdentity identity) throws IOException {
        var cluster = new FakeCluster();
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.start(HttpServerConfig.of(listen, identity, identity.chain()), cluster);
        var uri = URI.create("https://127.0.0.1:" + server.port());
        return new ServedCluster(cluster, server, new ApiClient(new ClientConfig(uri, identity.chain(), null)));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
