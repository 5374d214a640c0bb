package io.smarter.cli;

import io.smarter.cloud.Cloud;
import io.smarter.cloud.CloudSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The cloud in the foreground, as it runs in production. */
@Command(name = "cloud", description = "Runs the cloud in the foreground.")
final class CloudCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "/var/lib/smarter/cloud",
            description = "Where it keeps its state (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("/var/lib/smarter/cloud");

    @Option(
            names = "--listen",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:6443",
            description = "Where it listens (default: ${DEFAULT-VALUE}).")
    private String listen = "127.0.0.1:6443";

    @Option(
            names = "--name",
            paramLabel = "HOST",
            description =
                    "A name or address by which gateways, their pods and clients reach it, besides the one that it "
                            + "listens on; its certificate holds for them. May be given several times.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--expired-certificate-grace",
            paramLabel = "T",
            defaultValue = "90d",
            description =
                    "For how long after its end a gateway that was offline can renew its certificate, such as 12h or "
                            + "30d; 0s for never (default: ${DEFAULT-VALUE}).")
    private String grace = "90d";

    @Override
    public Integer call() throws Exception {
        try (var stop = Stop.onSignal();
                var _ = Heap.tended(1, 6L << 20);
                var cloud = Cloud.start(CloudSettings.of(data.toAbsolutePath(), Address.parse(listen))
                        .withExtraNames(names)
                        .withRenewable(TokenCommand.duration("--expired-certificate-grace", grace)))) {
            System.out.println("smarter cloud listens on " + cloud.address());
            stop.await();
        }
        return 0;
    }
}
