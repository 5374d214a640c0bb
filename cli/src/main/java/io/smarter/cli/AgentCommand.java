package io.smarter.cli;

import io.smarter.agent.Publication;
import io.smarter.agent.Release;
import io.smarter.agent.SelfUpgrade;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Versions of the gateways' agent that the cloud has. */
@Command(
        name = "agent",
        description = "Handles the versions of the gateways' agent that the cloud has.",
        subcommands = {AgentCommand.Publish.class, AgentCommand.Ls.class, AgentCommand.Rm.class})
final class AgentCommand {
    /** Which cloud, and who asks. */
    static final class Asked {
        @Mixin
        private DataOption data = new DataOption();

        @Option(
                names = "--kubeconfig",
                paramLabel = "FILE",
                description = "An administrator's kubeconfig (default: that of the local cloud).")
        private @Nullable Path kubeconfig;

        ClientConfig config() throws IOException {
            return kubeconfig == null ? data.instance().admin() : ClientConfig.kubeconfig(kubeconfig);
        }

        /** Publishes, lists or removes. */
        @FunctionalInterface
        interface Work {
            void run(Publication publication) throws IOException;
        }

        int with(Work work) throws IOException {
            var config = config();
            var identity = config.identity();
            if (identity == null)
                throw new CliException("the kubeconfig must have a client certificate: it signs what is published");
            try (var client = new ApiClient(config)) {
                work.run(new Publication(client, identity));
            } catch (IllegalArgumentException e) {
                throw new CliException(String.valueOf(e.getMessage()), e);
            }
            return 0;
        }
    }

    @Command(name = "publish", description = "Signs the agent of this distribution and gives it to the cloud.")
    static final class Publish implements Callable<Integer> {
        @Mixin
        private final Asked asked = new Asked();

        @Option(
                names = "--version-name",
                paramLabel = "V",
                description = "What it is to be called (default: as it was built).")
        private @Nullable String name;

        @Option(names = "--from", paramLabel = "DIR", description = "The distribution (default: this one).")
        private @Nullable Path from;

        @Override
        public Integer call() throws Exception {
            var program = new AgentProgram(from == null ? Distribution.current().folder() : from.toAbsolutePath());
            var version = name == null ? program.version() : name;
            Release.checkVersion(version);
            return asked.with(publication -> {
                if (name == null && isThere(publication, version)) {
                    System.out.println(version + " is there already");
                    return;
                }
                var uploaded = publication.publish(version, program.folder(), program.files());
                System.out.printf(
                        "%s is there: %d files uploaded, %,d KiB; run it with:%n  kubectl annotate node NAME %s=%s%n",
                        version, uploaded.files(), uploaded.bytes() >> 10, SelfUpgrade.WANTED, version);
            });
        }

        private static boolean isThere(Publication publication, String version) throws IOException {
            return publication.versions().stream()
                    .anyMatch(item -> item.textOrEmpty("version").equals(version)
                            && item.textOrEmpty("platform").equals(Release.ownPlatform()));
        }
    }

    @Command(name = "ls", description = "Lists the versions.")
    static final class Ls implements Callable<Integer> {
        @Mixin
        private final Asked asked = new Asked();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORMAT",
                description = "json for programs.")
        private String output = "";

        @Override
        public Integer call() throws Exception {
            if (!output.isEmpty() && !output.equals("json"))
                throw new CliException("-o takes json, was '%s'".formatted(output));
            return asked.with(publication -> {
                var versions = publication.versions();
                System.out.print(
                        output.isEmpty()
                                ? table(versions)
                                : Json.obj("items", versions).pretty());
            });
        }

        private static String table(List<Json> versions) {
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("VERSION", "PLATFORM", "SIZE", "SIGNED"));
            for (var version : versions)
                rows.add(List.of(
                        version.textOrEmpty("version"),
                        version.textOrEmpty("platform"),
                        Terminal.mebibytes(version.number(0, "bytes")),
                        version.textOrEmpty("signed")));
            return Terminal.table(rows);
        }
    }

    @Command(name = "rm", description = "Removes a version; gateways that run it go on.")
    static final class Rm implements Callable<Integer> {
        @Mixin
        private final Asked asked = new Asked();

        @Parameters(paramLabel = "VERSION", description = "The version.")
        private String version = "";

        @Override
        public Integer call() throws Exception {
            return asked.with(publication -> publication.remove(version));
        }
    }
}
