package io.smarter.cli;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Join tokens of gateways. */
@Command(
        name = "token",
        description = "Makes the tokens with which gateways join.",
        subcommands = TokenCommand.Create.class)
final class TokenCommand {
    /** Asks the cloud for a token that joins one gateway once. */
    static String create(ClientConfig admin, String node, Duration ttl) throws IOException {
        var wanted = Json.obj(
                "apiVersion",
                "smarter.io/v1",
                "kind",
                "JoinToken",
                "metadata",
                Map.of("name", node),
                "spec",
                Map.of("ttlSeconds", ttl.toSeconds()));
        try (var api = new ApiClient(admin)) {
            var reply = api.raw("POST", "/apis/smarter.io/v1/jointokens", "application/json", wanted.bytes());
            var object = Json.parse(reply.body());
            if (reply.status() != 201)
                throw new CliException(
                        object.textOrEmpty("message").isEmpty()
                                ? new String(reply.body(), StandardCharsets.UTF_8)
                                : object.textOrEmpty("message"));
            return object.textOrEmpty("status", "token");
        }
    }

    /** Reads a duration as kubectl writes them: {@code 90s}, {@code 15m}, {@code 1h}, {@code 7d}. */
    static Duration duration(String option, String text) {
        var parts = Pattern.compile("([0-9]{1,9})([smhd])").matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches())
            throw new CliException(
                    "%s must be a number with s, m, h or d, such as 1h, was '%s'".formatted(option, text));
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    @Command(name = "create", description = "Prints a one-use token with which the named gateway can join.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private DataOption data = new DataOption();

        @Option(names = "--name", required = true, paramLabel = "N", description = "The gateway's node name.")
        private String name = "";

        @Option(
                names = "--ttl",
                paramLabel = "T",
                defaultValue = "1h",
                description = "How long it can be used (default: ${DEFAULT-VALUE}).")
        private String ttl = "1h";

        @Override
        public Integer call() throws Exception {
            System.out.println(TokenCommand.create(data.instance().admin(), name, duration("--ttl", ttl)));
            return 0;
        }
    }
}
