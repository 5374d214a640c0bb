package io.smarter.cli;

import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the readings that the demo application sends, as they arrive. */
@Command(name = "demo", description = "Shows a live table of the readings that arrived in the cloud.")
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--once", description = "Prints the table once and ends.")
    private boolean once;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for programs; implies --once.")
    private String output = "";

    @Override
    public Integer call() throws Exception {
        var terminal = Terminal.standard();
        try (var api = new ApiClient(data.instance().admin())) {
            if (output.equals("json")) {
                System.out.print(readings(api).pretty());
                return 0;
            }
            if (once || !terminal.interactive()) {
                System.out.print(table(readings(api)));
                return 0;
            }
            while (true) {
                System.out.print("\u001b[H\u001b[2J" + table(readings(api)) + "\nCtrl-C ends.\n");
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    /** The newest reading of each name on each gateway. */
    static Json readings(ApiClient api) throws IOException {
        var reply = api.raw("GET", "/telemetry/v1/readings", "application/json", new byte[0]);
        var body = Json.parse(reply.body());
        if (reply.status() != 200) throw new CliException("cloud says: " + body.textOrEmpty("message"));
        return body;
    }

    private static String rounded(double value) {
        return value == Math.rint(value) ? "%.0f".formatted(value) : "%.3f".formatted(value);
    }

    static String table(Json readings) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("GATEWAY", "READING", "VALUE", "UNIT", "TIME"));
        readings.items("readings").stream()
                .sorted(Comparator.comparing((Json reading) -> reading.textOrEmpty("node"))
                        .thenComparing(reading -> reading.textOrEmpty("name")))
                .forEach(reading -> rows.add(List.of(
                        reading.textOrEmpty("node"),
                        reading.textOrEmpty("name"),
                        reading.at("value") instanceof Json.Num number
                                ? rounded(number.asDouble())
                                : reading.textOrEmpty("value"),
                        reading.textOrEmpty("unit"),
                        reading.textOrEmpty("time"))));
        return rows.size() == 1 ? "No readings yet.\n" : Terminal.table(rows);
    }
}
