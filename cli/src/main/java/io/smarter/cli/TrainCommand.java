package io.smarter.cli;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.client.ListOptions;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Loads what a program usually loads, for those that {@link ClassCaches} can't have do their work. */
@Command(name = "train", hidden = true, description = "Exercises a program for its class cache.")
final class TrainCommand implements Callable<Integer> {
    /** The modules of a gateway, whose classes are all worth having at hand. */
    private static final List<String> GATEWAY_SIDE =
            List.of("json", "files", "api", "http", "client", "linux", "cri", "gateway");

    @Parameters(paramLabel = "PROGRAM", description = "gateway or cli.")
    private String program = "";

    @Option(names = "--kubeconfig", description = "A cloud to talk to.")
    private @Nullable Path kubeconfig;

    @Override
    public Integer call() throws Exception {
        switch (program) {
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
