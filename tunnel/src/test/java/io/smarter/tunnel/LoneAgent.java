package io.smarter.tunnel;

import io.smarter.agent.AgentFolder;
import io.smarter.agent.SelfUpgrade;
import io.smarter.client.ApiClient;
import io.smarter.client.ClientConfig;
import io.smarter.http.Pem;
import io.smarter.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/** A process that does nothing of an agent's work but replace itself, and ends when nothing is left to do. */
final class LoneAgent implements SelfUpgrade.Agent {
    private static final int RESTART = 75;
    private static final int PROBLEM = 9;

    private final ApiClient client;
    private final List<X509Certificate> authorities;

    private LoneAgent(ApiClient client, List<X509Certificate> authorities) {
        this.client = client;
        this.authorities = authorities;
    }

    /** Runs the version in the folder of the first argument; the others are those of {@code smarter-agent}. */
    public static void main(String[] arguments) throws Exception {
        var root = Path.of(arguments[2]).resolve("agent");
        var wanted = environment("SWEEP_WANTED");
        var folder = new AgentFolder(root, Path.of(arguments[0]), Path.of(environment("SMARTER_AGENT_BASE")));
        var keys = Path.of(environment("SWEEP"));
        var authorities = Pem.certificates(keys.resolve("ca.crt"));
        var identity = Pem.identity(keys.resolve("node.crt"), keys.resolve("node.key"));
        var config = new ClientConfig(URI.create(environment("SWEEP_SERVER")), authorities, identity);
        try (var client = new ApiClient(config);
                var upgrade = SelfUpgrade.start(folder, new LoneAgent(client, authorities))) {
            var annotations = Json.obj(SelfUpgrade.WANTED, wanted);
            upgrade.look(Json.obj("metadata", Json.obj("annotations", annotations)));
            while (!folder.running().equals(wanted) || !isTidy(root)) Thread.sleep(10);
        }
    }

    private static String environment(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    /** Whether a version is current, and there are no others but it and the one before. */
    private static boolean isTidy(Path root) throws IOException {
        var state = AgentFolder.state(root);
        if (!state.trial().isEmpty() || Files.exists(root.resolve("staging"))) return false;
        try (var versions = Files.list(root.resolve("versions"))) {
            return versions.map(version -> String.valueOf(version.getFileName()))
                    .allMatch(name -> name.equals(state.current()) || name.equals(state.previous()));
        }
    }

    @Override
    public ApiClient client() {
        return client;
    }

    @Override
    public List<X509Certificate> authorities() {
        return authorities;
    }

    @Override
    public void tell(boolean warning, String reason, String message) {
        System.err.println(reason + " " + message);
    }

    @Override
    public void show(String problem) {
        if (problem.isEmpty()) return;
        System.err.println(problem);
        Runtime.getRuntime().halt(PROBLEM);
    }

    @Override
    public String waitingFor() {
        return "";
    }

    @Override
    public boolean restartable() {
        return true;
    }

    @Override
    public void restart() {
        Runtime.getRuntime().halt(RESTART);
    }
}
