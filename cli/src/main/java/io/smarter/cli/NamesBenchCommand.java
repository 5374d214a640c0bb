package io.smarter.cli;

import io.smarter.bench.NamesBench;
import io.smarter.files.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How quick the name server is. */
@Command(name = "names", description = "Measures the name server of a gateway beside dnsmasq.")
final class NamesBenchCommand implements Callable<Integer> {
    private static final Path DNSMASQ = Path.of("/usr/sbin/dnsmasq");

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each is measured, in turns (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description = "How long each time (default: ${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || seconds < 1)
            throw new CliException(
                    "--rounds and --seconds must be 1 or more, were %d and %d".formatted(rounds, seconds));
        if (!Files.isExecutable(DNSMASQ)) PackagesCommand.install(Terminal.standard(), List.of("dnsmasq-base"));
        var folder = Files.createTempDirectory("smarter-bench");
        try {
            NamesBench.run(
                    new NamesBench.Options(
                            java(),
                            DNSMASQ,
                            folder,
                            List.of(ClassCaches.freePort(), ClassCaches.freePort()),
                            rounds,
                            Duration.ofSeconds(seconds)),
                    System.out);
        } finally {
            Disk.deleteAll(folder);
        }
        return 0;
    }

    /** With the options of a program on a gateway. */
    private static List<String> java() throws IOException {
        var jars = Distribution.current().jars().stream()
                .map(Path::toString)
                .filter(jar -> jar.contains("smarter-dns-") || jar.contains("smarter-bench-"))
                .collect(Collectors.joining(":"));
        return List.of(
                Distribution.current().java().toString(),
                "@" + Distribution.current().arguments("gateway"),
                "-Xmx24m",
                "-cp",
                jars);
    }
}
