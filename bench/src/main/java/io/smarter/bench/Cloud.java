package io.smarter.bench;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/**
 * A cloud that runs for a measurement, on a folder of its own.
 *
 * @param command the command line that runs it in the foreground
 * @param listen where it listens
 * @param kubeconfig that it writes
 */
public record Cloud(List<String> command, InetSocketAddress listen, Path kubeconfig) {
    /** Starts it and waits until it is ready. */
    Server start() throws IOException, InterruptedException {
        return Server.start("cloud", command, this::isReady);
    }

    ClientConfig config() throws IOException {
        return ClientConfig.kubeconfig(kubeconfig);
    }

    /** Asks only a cloud that listens: to ask with TLS takes processor time, which the start needs. */
    private boolean isReady() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(listen);
        }
        try (var api = new ApiClient(config())) {
            return api.raw("GET", "/readyz", "application/json", new byte[0]).status() == 200;
        }
    }
}
