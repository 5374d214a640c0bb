package io.smarter.tunnel;

import static java.lang.System.Logger.Level.DEBUG;

import io.smarter.agent.SelfUpgrade;
import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.time.Duration;

/**
 * Tells a gateway when its Node asks for another version of the agent: a watch of its Node would cost each gateway bytes
 * all day for what happens once a month. One that is not connected reads its Node when it is again. Never blocks.
 */
public record AgentNews(Tunnels tunnels) {
    private static final System.Logger LOG = System.getLogger("io.smarter.tunnel");
    private static final String PATH = "/agentNews";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A Node was changed. */
    public void changed(Json.Obj before, Json.Obj now) {
        if (wanted(before).equals(wanted(now))) return;
        var node = now.textOrEmpty("metadata", "name");
        if (tunnels.connected().contains(node))
            Thread.ofVirtual().name("agent news for " + node).start(() -> tell(node));
    }

    private static String wanted(Json.Obj node) {
        return node.textOrEmpty("metadata", "annotations", SelfUpgrade.WANTED);
    }

    private void tell(String node) {
        try (var stream = tunnels.open(node, "POST", PATH, new Headers(), true)) {
            stream.status(PATIENCE);
        } catch (RefusedException | IOException e) {
            LOG.log(DEBUG, "gateway not told of its agent {node=%s}: %s".formatted(node, e.getMessage()));
        }
    }
}
