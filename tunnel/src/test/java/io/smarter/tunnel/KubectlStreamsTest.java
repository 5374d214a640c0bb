package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smarter.http.Http2Connection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The streams as the real kubectl uses them, over WebSockets and over SPDY; skipped where there is no kubectl. */
@Timeout(60)
class KubectlStreamsTest {
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");

    @TempDir
    private Path data;

    private final TestRuntime runtime = new TestRuntime();
    private TestCloud cloud;
    private Http2Connection gateway;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(KUBECTL), "no " + KUBECTL);
        cloud = new TestCloud(data, Clock.systemUTC());
        gateway = cloud.gateway("edge", runtime::handle);
    }

    @AfterEach
    void stop() {
        if (gateway != null) gateway.close();
        if (cloud != null) cloud.close();
    }

    private ProcessBuilder kubectl(boolean webSockets, String... arguments) {
        var command = new ArrayList<>(List.of(KUBECTL.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", cloud.pki.kubeconfig().toString());
        builder.environment().put("HOME", data.toString());
        builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", Boolean.toString(webSockets));
        builder.environment().put("KUBECTL_PORT_FORWARD_WEBSOCKETS", Boolean.toString(webSockets));
        return builder;
    }

    /**
     * What kubectl 1.32 says, but for its complaint of the empty message that tells that the streams are open: Kubernetes
     * sends it too, and kubectl reads it at times before it has made its streams.
     */
    private static String errors(Process process) throws IOException {
        return text(process.getErrorStream()).replaceFirst("E.* Unknown stream id 1, discarding message\n", "");
    }

    private static String text(java.io.InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void execKeepsOutputsAndExitCodeApart(boolean webSockets) throws Exception {
        var process = kubectl(webSockets, "exec", "web", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
                .start();
        assertThat(text(process.getInputStream())).isEqualTo("out\n");
        assertThat(errors(process)).isEqualTo("err\ncommand terminated with exit code 7\n");
        assertThat(process.waitFor()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void execEndsWithItsInput(boolean webSockets) throws Exception {
        var process = kubectl(webSockets, "exec", "-i", "web", "--", "wc", "-c").start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(new byte[1_000_000]);
        }
        assertThat(text(process.getInputStream()).strip()).isEqualTo("1000000");
        assertThat(process.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forwardsAPort(boolean webSockets) throws Exception {
        var process = kubectl(webSockets, "port-forward", "--address=127.0.0.1", "pod/web", ":80")
                .start();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var line = String.valueOf(lines.readLine()); // Forwarding from 127.0.0.1:12345 -> 80
            int port = Integer.parseInt(line.substring(line.indexOf("127.0.0.1:") + 10, line.indexOf(" ->")));
            for (int i = 0; i < 3; i++) {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                    socket.shutdownOutput();
                    assertThat(text(socket.getInputStream())).isEqualTo("HELLO");
                }
            }
        } finally {
            process.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attachesWithInput(boolean webSockets) throws Exception {
        var process = kubectl(webSockets, "attach", "-i", "web").start();
        try (var stdin = process.getOutputStream()) {
            stdin.write("abc\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(text(process.getInputStream())).isEqualTo("abc\n");
        assertThat(process.waitFor()).isZero();
    }
}
