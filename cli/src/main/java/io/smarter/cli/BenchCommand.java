package io.smarter.cli;

import io.smarter.bench.ApiBench;
import io.smarter.bench.ChurnBench;
import io.smarter.bench.Cloud;
import io.smarter.bench.DeployBench;
import io.smarter.bench.DeployOptions;
import io.smarter.bench.DevicesBench;
import io.smarter.bench.IdleBench;
import io.smarter.bench.RebootBench;
import io.smarter.bench.StartBench;
import io.smarter.edge.MachineRemains;
import io.smarter.files.Disk;
import io.smarter.gateway.CniFolders;
import io.smarter.gateway.Containerd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measurements. */
@Command(
        name = "bench",
        description = "Measures a running instance, or one of its own.",
        subcommands = {
            BenchCommand.Deploy.class,
            BenchCommand.Churn.class,
            BenchCommand.Idle.class,
            BenchCommand.Start.class,
            BenchCommand.Api.class,
            BenchCommand.Reboot.class,
            BenchCommand.Devices.class,
            NamesBenchCommand.class,
            CniBenchCommand.class
        })
final class BenchCommand {
    @Command(
            name = "deploy",
            description = "Measures the way from 'apply' to the first datum in the cloud, stage by stage.")
    static final class Deploy implements Callable<Integer> {
        @Mixin
        private MeasuredGateway gateway = new MeasuredGateway();

        @Option(
                names = "--runs",
                paramLabel = "N",
                defaultValue = "20",
                description = "How often each case is measured (default: ${DEFAULT-VALUE}).")
        private int runs = 20;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORMAT",
                description = "json for programs.")
        private String output = "";

        @Override
        public Integer call() throws Exception {
            if (!output.isEmpty() && !output.equals("json"))
                throw new CliException("-o takes json, was '%s'".formatted(output));
            var instance = gateway.instance();
            gateway.agent();
            PackagesCommand.install(Terminal.standard(), Packages.missingForTests());
            var processes = new LinkedHashMap<String, Long>();
            instance.cloud().process().ifPresent(cloud -> processes.put("cloud", cloud.pid()));
            for (var name : instance.gateways())
                instance.gateway(name).program().ifPresent(agent -> processes.put(name, agent.pid()));
            DeployBench.run(
                    new DeployOptions(
                            instance.cloudFolder(),
                            gateway.name(),
                            instance.runtime(gateway.name()),
                            Distribution.current().demoImage(),
                            runs,
                            processes,
                            output.equals("json")),
                    System.out);
            return 0;
        }
    }

    @Command(
            name = "churn",
            description =
                    "Makes and deletes many pods on a gateway: how quick that is, and how its agent's memory grows.")
    static final class Churn implements Callable<Integer> {
        @Mixin
        private MeasuredGateway gateway = new MeasuredGateway();

        @Option(
                names = "--starts",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How many pods are made and deleted (default: ${DEFAULT-VALUE}).")
        private int starts = 1000;

        @Option(
                names = "--pods",
                paramLabel = "N",
                defaultValue = "5",
                description = "How many others run all the while (default: ${DEFAULT-VALUE}).")
        private int pods = 5;

        @Override
        public Integer call() throws Exception {
            if (starts < 1 || pods < 0)
                throw new CliException(
                        "--starts must be 1 or more and --pods 0 or more, were %d and %d".formatted(starts, pods));
            var instance = gateway.instance();
            long agent = gateway.agent();
            ImageCommand.load(
                    instance.runtime(gateway.name()), Distribution.current().demoImage());
            var kubeconfig = instance.cloudFolder().resolve("admin.kubeconfig");
            ChurnBench.run(
                    new ChurnBench.Options(kubeconfig, gateway.name(), agent, DemoImage.NAME, pods, starts),
                    System.out);
            return 0;
        }
    }

    @Command(
            name = "idle",
            description = "Measures what a gateway sends, writes and takes while nothing is asked of it.")
    static final class Idle implements Callable<Integer> {
        @Mixin
        private MeasuredGateway gateway = new MeasuredGateway();

        @Option(
                names = "--minutes",
                paramLabel = "N",
                defaultValue = "10",
                description = "How long (default: ${DEFAULT-VALUE}).")
        private int minutes = 10;

        @Override
        public Integer call() throws Exception {
            if (minutes < 1 || minutes > 1440)
                throw new CliException("--minutes must be 1 to 1440, was %d".formatted(minutes));
            var instance = gateway.instance();
            IdleBench.run(
                    new IdleBench.Options(
                            gateway.agent(),
                            instance.admin().server().getPort(),
                            instance.runtime(gateway.name()),
                            instance.gatewayFolder(gateway.name()),
                            Duration.ofMinutes(minutes)),
                    System.out);
            return 0;
        }
    }

    @Command(
            name = "devices",
            description = "Measures how soon devices that come and go show in the Node, and what many of them take.")
    static final class Devices implements Callable<Integer> {
        @Mixin
        private MeasuredGateway gateway = new MeasuredGateway();

        @Option(
                names = "--cycles",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How often a device is plugged in and unplugged (default: ${DEFAULT-VALUE}).")
        private int cycles = 1000;

        @Option(
                names = "--devices",
                paramLabel = "N",
                defaultValue = "300",
                description = "How many there are at once afterwards (default: ${DEFAULT-VALUE}).")
        private int devices = 300;

        @Override
        public Integer call() throws Exception {
            if (cycles < 1 || devices < 1)
                throw new CliException(
                        "--cycles and --devices must be 1 or more, were %d and %d".formatted(cycles, devices));
            var instance = gateway.instance();
            gateway.agent();
            long edge = IdleBench.edge(instance.runtime(gateway.name()), instance.gatewayFolder(gateway.name()))
                    .orElseThrow(() -> new CliException("smarter edge must run on " + gateway.name()));
            DevicesBench.run(
                    new DevicesBench.Options(instance.kubeconfig(), gateway.name(), edge, cycles, devices), System.out);
            return 0;
        }
    }

    @Command(name = "start", description = "Measures how long a cloud of its own takes until it is ready.")
    static final class Start implements Callable<Integer> {
        @Option(
                names = "--runs",
                paramLabel = "N",
                defaultValue = "10",
                description = "How often it is started (default: ${DEFAULT-VALUE}).")
        private int runs = 10;

        @Override
        public Integer call() throws Exception {
            var folder = Files.createTempDirectory("smarter-bench");
            try {
                StartBench.run(cloud(folder.resolve("cloud")), runs, System.out);
            } finally {
                Disk.deleteAll(folder);
            }
            return 0;
        }
    }

    @Command(
            name = "api",
            description = "Measures a cloud of its own as an API server: creates beside etcd, watchers, memory.")
    static final class Api implements Callable<Integer> {
        @Option(
                names = "--seconds",
                paramLabel = "N",
                defaultValue = "10",
                description = "How long each number of clients writes (default: ${DEFAULT-VALUE}).")
        private int seconds = 10;

        @Option(
                names = "--watchers",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How many watch at once (default: ${DEFAULT-VALUE}).")
        private int watchers = 1000;

        @Option(
                names = "--pods",
                paramLabel = "N",
                split = ",",
                defaultValue = "10000,100000",
                description = "How many are stored when the memory is read (default: ${DEFAULT-VALUE}).")
        private List<Integer> pods = List.of();

        @Override
        public Integer call() throws Exception {
            if (!Files.isExecutable(Path.of("/usr/bin/etcd")))
                PackagesCommand.install(Terminal.standard(), List.of("etcd-server"));
            var folder = Files.createTempDirectory("smarter-bench");
            try {
                int port = ClassCaches.freePort();
                ApiBench.run(
                        new ApiBench.Options(
                                cloud(folder.resolve("busy")),
                                cloud(folder.resolve("full")),
                                etcd(folder.resolve("etcd"), port),
                                port,
                                seconds,
                                watchers,
                                pods),
                        System.out);
            } finally {
                Disk.deleteAll(folder);
            }
            return 0;
        }

        private static List<String> etcd(Path folder, int port) throws IOException {
            var client = "http://127.0.0.1:" + port;
            var peer = "http://127.0.0.1:" + ClassCaches.freePort();
            return List.of(
                    "/usr/bin/etcd",
                    "--data-dir=" + folder,
                    "--listen-client-urls=" + client,
                    "--advertise-client-urls=" + client,
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=default=" + peer,
                    "--quota-backend-bytes=8589934592");
        }
    }

    @Command(
            name = "reboot",
            description =
                    "Measures how long a gateway of its own takes until its containers run after a boot without a link.")
    static final class Reboot implements Callable<Integer> {
        @Option(
                names = "--runs",
                paramLabel = "N",
                defaultValue = "10",
                description = "How often it boots (default: ${DEFAULT-VALUE}).")
        private int runs = 10;

        @Option(
                names = "--pods",
                paramLabel = "N",
                defaultValue = "5",
                description = "How many pods of one container it runs (default: ${DEFAULT-VALUE}).")
        private int pods = 5;

        @Override
        public Integer call() throws Exception {
            if (runs < 1 || pods < 1)
                throw new CliException("--runs and --pods must be 1 or more, were %d and %d".formatted(runs, pods));
            var folder = Files.createTempDirectory("smarter-bench");
            try {
                var cloud = cloud(folder.resolve("cloud"));
                var cni = new CniFolders(folder.resolve("cni/net.d"), folder.resolve("cni/bin"));
                var kubelets = folder.resolve("kubelet");
                var runtime = new Containerd(folder.resolve("gateway"), cni);
                var arguments = List.of(
                        "--server",
                        "https://127.0.0.1:" + cloud.listen().getPort(),
                        "--name",
                        RebootBench.NODE,
                        "--data",
                        folder.resolve("gateway").toString(),
                        "--cni-conf-dir",
                        cni.config().toString(),
                        "--cni-bin-dir",
                        cni.programs().toString(),
                        "--kubelet-dir",
                        kubelets.resolve(RebootBench.NODE).toString());
                var gateway = Distribution.current().command("gateway", arguments);
                var image = Distribution.current().demoImage();
                RebootBench.Network edge = api -> {
                    new EdgeDeployment(cni, kubelets).apply(api);
                    runtime.load(Distribution.current().edgeImage());
                };
                RebootBench.run(
                        new RebootBench.Options(cloud, gateway, runtime, edge, image, DemoImage.NAME, pods, runs),
                        System.out);
            } finally {
                MachineRemains.remove();
                Disk.deleteAll(folder);
            }
            return 0;
        }
    }

    private static Cloud cloud(Path folder) throws IOException {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), ClassCaches.freePort());
        var arguments = List.of("--data", folder.toString(), "--listen", "127.0.0.1:" + listen.getPort());
        return new Cloud(
                Distribution.current().command("cloud", arguments), listen, folder.resolve("admin.kubeconfig"));
    }
}
