package io.smarter.cloud;

import static java.lang.System.Logger.Level.WARNING;

import io.smarter.agent.Download;
import io.smarter.apiserver.ApiServer;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.controllers.Controllers;
import io.smarter.controllers.NodeLiveness;
import io.smarter.http.HttpServer;
import io.smarter.http.HttpServerConfig;
import io.smarter.http.Pem;
import io.smarter.pki.Pki;
import io.smarter.store.SqliteStore;
import io.smarter.telemetry.Intake;
import io.smarter.tunnel.AgentEndpoint;
import io.smarter.tunnel.Tunnels;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A running cloud: the Kubernetes API over the embedded store, the controllers, the tunnels to the gateways, the intake
 * of readings, all on one port. Whatever was acknowledged survives its end at any moment.
 */
public final class Cloud implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.smarter.cloud");

    /** What was opened, the last first: closed in this order. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final Path kubeconfig;
    private final HttpServer server;
    private volatile boolean ready;

    private Cloud(CloudSettings settings) throws IOException, InterruptedException {
        try {
            var data = settings.dataFolder();
            opened.push(FolderLock.take(data));
            SqliteStore store;
            Pki pki;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var opening =
                        threads.submit(() -> opened(SqliteStore.open(data.resolve("store"), settings.storeOptions())));
                pki = result(threads.submit(() -> Pki.open(data, settings.listen(), settings.extraNames())));
                store = result(opening);
            }
            kubeconfig = pki.kubeconfig();
            var clock = Clock.systemUTC();
            var intake = opened(Intake.open(data.resolve("telemetry"), pki.intakeToken()));
            var tunnels = opened(new Tunnels(clock));
            var agents = new AgentEndpoint(data.resolve("agents"), pki.authority());
            var others = Map.of(Intake.PATH, intake, Download.PATH, agents);
            var api = opened(new ApiServer(store, pki, tunnels, others, clock, settings.renewable()));
            var config = HttpServerConfig.of(settings.listen(), pki.server(), List.of(pki.authority()));
            var liveness = new CompletableFuture<NodeLiveness>();
            tunnels.onChange((node, connected) -> liveness.join().connected(node, connected));
            server = opened(HttpServer.start(config, api));
            ready = true;
            liveness.complete(control(pki).liveness());
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a cloud; it is ready when this returns.
     *
     * @throws IOException if its folder is in use or cannot be written, or its address cannot be listened on
     */
    public static Cloud start(CloudSettings settings) throws IOException, InterruptedException {
        return new Cloud(settings);
    }

    /** The controllers are a client like any other: they see the API through its own port. */
    private Controllers control(Pki pki) {
        var config = new ClientConfig(ownAddress(), List.of(pki.authority()), pki.controllers());
        var client = opened(new ApiClient(config));
        return opened(Controllers.start(client, Controllers.Options.of(Pem.text(pki.authority()))));
    }

    private URI ownAddress() {
        var address = server.address().getAddress();
        var host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        return URI.create("https://%s:%d"
                .formatted(
                        host.contains(":") ? "[" + host + "]" : host,
                        server.address().getPort()));
    }

    /** Whether it answers requests. */
    public boolean ready() {
        return ready;
    }

    public InetSocketAddress address() {
        return server.address();
    }

    /** The administrator's configuration for kubectl. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /** Stops, in the order opposite to the start. */
    @Override
    public void close() {
        ready = false;
        synchronized (opened) {
            while (!opened.isEmpty()) {
                var part = opened.pop();
                try {
                    part.close();
                } catch (Exception e) {
                    LOG.log(
                            WARNING,
                            "closing failed {part=%s}".formatted(part.getClass().getSimpleName()),
                            e);
                }
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        synchronized (opened) {
            opened.push(part);
        }
        return part;
    }

    private static <T> T result(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException("the cloud cannot start", e.getCause());
            }
        }
    }
}
