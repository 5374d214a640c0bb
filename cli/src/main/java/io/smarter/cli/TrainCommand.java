package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.client.ListOptions;
import io.smarter.cloud.Cloud;
import io.smarter.cloud.CloudSettings;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Does once what a program usually does, so that the virtual machine can record the classes it loads (JEP 483, 514).
 * Run by {@code assemble} with that program's options.
 */
@Command(name = "train", hidden = true, description = "Exercises a program for its class cache.")
final class TrainCommand implements Callable<Integer> {
    /** The modules of a gateway, whose classes are all worth having at hand. */
    private static final List<String> GATEWAY_SIDE =
            List.of("json", "api", "http", "client", "linux", "cri", "gateway");

    @Parameters(paramLabel = "PROGRAM", description = "cloud, gateway or cli.")
    private String program = "";

    @Option(names = "--kubeconfig", description = "A cloud to talk to; the program cloud brings its own.")
    private @Nullable Path kubeconfig;

    @Override
    public Integer call() throws Exception {
        switch (program) {
            case "cloud" -> cloud();
            case "gateway" -> {
                for (var module : GATEWAY_SIDE) loadAll(module);
                talk();
            }
            case "cli" -> {
                talk();
                Main.commandLine().getUsageMessage();
            }
            default -> throw new CliException("unknown program '%s'".formatted(program));
        }
        return 0;
    }

    private void cloud() throws Exception {
        var folder = Files.createTempDirectory("smarter-train");
        try {
            var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), AssembleCommand.freePort());
            try (var _ = Cloud.start(CloudSettings.of(folder, listen))) {
                converse(ClientConfig.kubeconfig(folder.resolve("admin.kubeconfig")));
            }
        } finally {
            Trees.remove(folder);
        }
    }

    private void talk() throws IOException {
        if (kubeconfig == null) throw new CliException("--kubeconfig is missing");
        converse(ClientConfig.kubeconfig(kubeconfig));
    }

    private static void converse(ClientConfig config) throws IOException {
        var object = Json.obj("metadata", Json.obj("name", "train"), "data", Json.obj("a", "b"));
        try (var api = new ApiClient(config)) {
            api.create(Resource.CONFIG_MAPS, "default", object);
            api.list(Resource.CONFIG_MAPS, "default", ListOptions.ALL);
            api.list(Resource.DAEMON_SETS, null, ListOptions.ALL);
            api.delete(Resource.CONFIG_MAPS, "default", "train", Json.Obj.EMPTY);
        }
    }

    /** Loads every class of one of our modules. */
    private static void loadAll(String module) throws IOException, ClassNotFoundException {
        for (var jar : Distribution.current().jars()) {
            if (!jar.getFileName().toString().startsWith("smarter-" + module + "-")) continue;
            try (var file = new JarFile(jar.toFile())) {
                for (var entry : file.stream().toList()) {
                    var name = entry.getName();
                    if (!name.endsWith(".class") || name.contains("module-info") || name.contains("Netty")) continue;
                    Class.forName(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                            false,
                            TrainCommand.class.getClassLoader());
                }
            }
        }
    }
}
