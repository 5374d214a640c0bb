package io.smarter.cli;

import io.smarter.http.Headers;
import io.smarter.http.Http2Connection;
import io.smarter.http.Sockets;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ends the pods of this machine's gateways before it goes down, as an init system calls it. */
@Command(
        name = "drain",
        description = "Ends the pods of this machine's gateways by priority, before it goes down.",
        footer = {"", "Their agents run on and start them again when they are started the next time."})
final class DrainCommand implements Callable<Integer> {
    private static final int LONGEST_ANSWER = 4 << 20;

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        var agents = data.instance().agents();
        if (agents.isEmpty())
            throw new CliException("no agent is seen in %s; give its --data, and run this as its own user, mostly root"
                    .formatted(data.instance().data()));
        boolean late = false;
        for (var agent : agents) {
            var outcome = drain(agent);
            print("ended", outcome.items("ended"));
            print("not ended in time", outcome.items("late"));
            late |= !outcome.items("late").isEmpty();
        }
        return late ? 1 : 0;
    }

    private static void print(String what, List<Json> pods) {
        for (var pod : pods) System.out.printf("%s: pod %s%n", what, ((Json.Str) pod).value());
    }

    private static Json drain(Path socket) throws IOException {
        try (var connection = Http2Connection.client(Sockets.unix(socket))) {
            var answer =
                    connection.send("POST", "/drain", Headers.of("host", "localhost"), new byte[0], LONGEST_ANSWER);
            if (!answer.ok()) throw new CliException("the agent at %s answered %d".formatted(socket, answer.status()));
            return Json.parse(answer.body());
        } catch (IOException e) {
            throw new CliException("the agent at %s does not answer: %s".formatted(socket, e.getMessage()), e);
        }
    }
}
