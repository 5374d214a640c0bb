package io.smarter.edge;

import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.devices.DevicesStatus;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings, starts the parts that are on, and runs until it is told to stop. A node that is to have none of it any more
 * is left as it was before; otherwise everything stays as it is for the next one.
 *
 * <p>With the one argument {@code devices} it does none of this, and prints how it stands with the node's devices, as JSON.
 *
 * <p>Ends with status 0 when it was told to stop, 1 when a part can't go on, 2 when the settings are wrong.
 */
public final class EdgeMain {
    private static final System.Logger LOG = System.getLogger("io.smarter.edge");
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private EdgeMain() {}

    /** Runs the program. */
    public static void main(String[] arguments) {
        Runtime.getRuntime().halt(status(List.of(arguments)));
    }

    private static int status(List<String> arguments) {
        try {
            if (arguments.equals(List.of("train"))) Training.run();
            else if (arguments.equals(List.of("devices")))
                DevicesAnswer.print(System.getenv(), DevicesStatus.FOLDER, System.out);
            else run(EdgeSettings.of(arguments, System.getenv()));
            return 0;
        } catch (IllegalArgumentException e) {
            LOG.log(Level.ERROR, e.getMessage());
            return WRONG_USAGE;
        } catch (IOException e) {
            LOG.log(Level.ERROR, e.getMessage(), e);
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static void run(EdgeSettings settings) throws IOException, InterruptedException {
        var cluster = cluster();
        try (var stop = Stop.onSignal()) {
            var parts = new ArrayList<Part>();
            if (settings.parts().contains(EdgeSettings.NETWORK))
                parts.add(new NetworkPart(settings.network(), cluster));
            if (settings.parts().contains(EdgeSettings.DEVICES))
                parts.add(new DevicesPart(settings.devices(), cluster));
            LOG.log(Level.INFO, "node {0}: {1}", settings.node(), String.join(", ", settings.parts()));
            try {
                for (var part : parts) part.start(stop::failed);
                stop.await();
                if (isOver(settings, cluster)) for (var part : parts) part.remove();
            } finally {
                for (var part : parts.reversed()) part.close();
            }
        }
    }

    /** Where the cluster is whose pod this is; null when it is no pod. */
    private static @Nullable ClientConfig cluster() {
        try {
            return ClientConfig.inCluster(Map.copyOf(System.getenv()), ClientConfig.SERVICE_ACCOUNT);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "this is no pod of a cluster: {0}", e.getMessage());
            return null;
        }
    }

    /** Whether the node is to have none of this any more. Who can't tell is no reason to take it away. */
    private static boolean isOver(EdgeSettings settings, @Nullable ClientConfig cluster) {
        var pod = settings.pod();
        if (pod == null || cluster == null) return false;
        try (var api = new ApiClient(cluster)) {
            var why = Departure.of(api, pod, settings.node());
            why.ifPresent(reason -> LOG.log(Level.INFO, "everything is taken away: {0}", reason));
            return why.isPresent();
        } catch (IOException e) {
            LOG.log(Level.INFO, "everything stays, as nobody can be asked: {0}", e.getMessage());
            return false;
        }
    }
}
