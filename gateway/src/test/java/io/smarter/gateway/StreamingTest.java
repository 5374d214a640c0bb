package io.smarter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.http.Duplex;
import io.smarter.http.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StreamingTest {
    @Test
    void passesBytesBothWaysUntilTheRuntimeEnds() throws Exception {
        try (var cloudEnd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var runtimeEnd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var cloud = Sockets.tcp("127.0.0.1", cloudEnd.getLocalPort());
            var runtime = Sockets.tcp("127.0.0.1", runtimeEnd.getLocalPort());
            try (var user = cloudEnd.accept();
                    var container = runtimeEnd.accept()) {
                var joined = CompletableFuture.runAsync(() -> join(cloud, runtime));
                user.getOutputStream().write("ls\n".getBytes(StandardCharsets.UTF_8));
                assertThat(container.getInputStream().readNBytes(3)).asString().isEqualTo("ls\n");
                user.shutdownOutput();
                assertThat(container.getInputStream().read()).isEqualTo(-1);
                container.getOutputStream().write("bin\n".getBytes(StandardCharsets.UTF_8));
                container.shutdownOutput();
                assertThat(user.getInputStream().readAllBytes()).asString().isEqualTo("bin\n");
                joined.get();
            }
        }
    }

    private static void join(Duplex cloud, Duplex runtime) {
        try (cloud;
                runtime) {
            Streaming.join(cloud, runtime);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
