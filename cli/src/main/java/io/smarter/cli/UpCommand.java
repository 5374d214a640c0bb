package io.smarter.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** From nothing to an application that runs on a gateway. */
@Command(name = "up", description = "Starts a cloud, gateways and the demo application in the background.")
final class UpCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--gateways",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many gateways (default: ${DEFAULT-VALUE}).")
    private int gateways = 1;

    @Option(names = "--no-demo", description = "Leaves the demo application out.")
    private boolean noDemo;

    @Option(
            names = "--no-edge",
            description = "Leaves the pods' network to you: pods wait until there is one in the folder cni of --data.")
    private boolean noEdge;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "${env:SMARTER_PORT:-6443}",
            description = "The cloud's port on 127.0.0.1 (default: ${DEFAULT-VALUE}).")
    private int port = 6443;

    @Override
    public Integer call() throws Exception {
        if (gateways < 0 || gateways > 50)
            throw new CliException("--gateways must be 0 to 50, was %d".formatted(gateways));
        if (port < 1 || port > 65535) throw new CliException("--port must be 1 to 65535, was %d".formatted(port));
        var terminal = Terminal.standard();
        long start = System.nanoTime();
        if (gateways > 0) PackagesCommand.install(terminal, Packages.missing());
        var launch = new Launch(data.instance(), Distribution.current(), terminal);
        launch.cloud(port);
        if (!noEdge) launch.edge();
        for (int i = 1; i <= gateways; i++) launch.gateway(Instance.GATEWAY_PREFIX + i, !noEdge);
        if (!noDemo && gateways > 0) launch.demo();
        terminal.print("");
        terminal.print("Up in %.1f s.".formatted((System.nanoTime() - start) / 1e9));
        terminal.print("");
        terminal.print(StatusCommand.table(data.instance()));
        terminal.print(next());
        return 0;
    }

    private String next() {
        var kubeconfig = data.instance().kubeconfig();
        return """
                Try next:
                  export KUBECONFIG=%s
                  kubectl get nodes -o wide
                  kubectl get pods -A -o wide
                  kubectl label node gateway-1 smarter-demo-    # takes the demo away; =enabled brings it back
                  ./smarter demo                                # the readings that arrive in the cloud
                  ./smarter down                                # stops everything""".formatted(kubeconfig);
    }
}
