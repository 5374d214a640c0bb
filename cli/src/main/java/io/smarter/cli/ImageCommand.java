package io.smarter.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Images in the runtimes of the local gateways. */
@Command(name = "image", description = "Handles images of the local gateways.", subcommands = ImageCommand.Load.class)
final class ImageCommand {
    private static final int MAX_OUTPUT = 1 << 20;

    /** Imports an archive into the runtime behind a socket; the answer names the images. */
    static String load(Path socket, Path archive) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "ctr",
                        "--address",
                        socket.toString(),
                        "--namespace",
                        "k8s.io",
                        "images",
                        "import",
                        archive.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0)
            throw new CliException("cannot load %s into %s: %s".formatted(archive, socket, output));
        return output;
    }

    @Command(name = "load", description = "Puts an OCI or docker archive into the runtime of every local gateway.")
    static final class Load implements Callable<Integer> {
        @Mixin
        private DataOption data = new DataOption();

        @Parameters(paramLabel = "ARCHIVE", description = "The archive, as 'docker save' or 'skopeo copy' writes it.")
        private Path archive = Path.of("");

        @Override
        public Integer call() throws Exception {
            if (!Files.isRegularFile(archive)) throw new CliException("no such archive: " + archive);
            var instance = data.instance();
            int loaded = 0;
            for (var name : instance.gateways()) {
                if (instance.gateway(name).process().isEmpty()) continue;
                System.out.printf("%s: %s%n", name, load(instance.runtime(name), archive));
                loaded++;
            }
            if (loaded == 0) throw new CliException("no gateway runs here; start one with: smarter up");
            return 0;
        }
    }
}
