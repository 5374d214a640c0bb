package io.smarter.cli;

import static io.smarter.cli.FakeExecServer.frame;
import static io.smarter.cli.FakeExecServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.smarter.client.ClientConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ExecTest {
    private static final byte[] CLOSE = {(byte) 0x88, 2, 3, (byte) 0xe8};
    private static final String FAILED = """
            {"status":"Failure","reason":"NonZeroExitCode","message":"command terminated with exit code 3",
             "details":{"causes":[{"reason":"ExitCode","message":"3"}]}}""";

    private static ExecOutput.Result run(FakeExecServer server) throws Exception {
        return new Exec(new ClientConfig(server.uri(), List.of(), null), Duration.ofSeconds(20))
                .run("kube-system", "edge-1", "edge", List.of("/bin/java", "@/a b", "x&y=z"));
    }

    @Test
    void whatACommandSaysIsPutTogether() throws Exception {
        var long1 = "long ".repeat(100);
        try (var server = FakeExecServer.saying(out -> {
            out.write(message(1, "")); // as some servers begin
            out.write(message(1, long1));
            out.write(frame(0x02, "\u0001in ")); // a message in three frames, with a ping between
            out.write(frame(0x89, "ping"));
            out.write(frame(0x00, "three "));
            out.write(frame(0x80, "parts \u00e9"));
            out.write(message(2, "grumble"));
            out.write(message(200, "of no channel that is known"));
            out.write(message(3, "{\"status\":\"Success\"}"));
            out.write(CLOSE);
        })) {
            var result = run(server);
            assertThat(result.status()).isZero();
            assertThat(result.out()).isEqualTo(long1 + "in three parts \u00e9");
            assertThat(result.err()).isEqualTo("grumble");
            assertThat(server.asked())
                    .startsWith(
                            "GET /api/v1/namespaces/kube-system/pods/edge-1/exec?stdout=true&stderr=true"
                                    + "&container=edge&command=%2Fbin%2Fjava&command=%40%2Fa%20b&command=x%26y%3Dz HTTP/1.1\r\n")
                    .contains("v5.channel.k8s.io")
                    .contains("v4.channel.k8s.io");
        }
    }

    @Test
    void howACommandFailsIsTold() throws Exception {
        try (var server = FakeExecServer.saying(out -> {
            out.write(message(2, "no"));
            out.write(message(3, FAILED));
            out.write(CLOSE);
        })) {
            assertThat(run(server).status()).isEqualTo(3);
        }
        try (var server = FakeExecServer.saying(out -> {
            out.write(message(3, "{\"status\":\"Failure\",\"message\":\"no such container\"}"));
            out.write(CLOSE);
        })) {
            assertThatIOException().isThrownBy(() -> run(server)).withMessage("no such container");
        }
    }

    @Test
    void aConnectionThatEndsTooEarlyIsNoSuccess() throws Exception {
        try (var server = FakeExecServer.saying(out -> {
            out.write(message(1, "half"));
            out.write(CLOSE);
        })) {
            assertThatIOException().isThrownBy(() -> run(server)).withMessageContaining("before the command did");
        }
    }

    @Test
    void whatTheServerRefusesIsToldInItsWords() throws Exception {
        try (var server = FakeExecServer.refusing(403, "{\"message\":\"may not create pods/exec\"}")) {
            assertThatIOException().isThrownBy(() -> run(server)).withMessage("may not create pods/exec");
        }
        try (var server = FakeExecServer.refusing(502, "oops")) {
            assertThatIOException().isThrownBy(() -> run(server)).withMessage("the API server answered 502");
        }
    }
}
