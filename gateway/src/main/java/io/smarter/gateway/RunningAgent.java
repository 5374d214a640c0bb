package io.smarter.gateway;

import io.smarter.agent.SelfUpgrade;
import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.json.Json;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** This agent, as what may replace it sees it. */
final class RunningAgent implements SelfUpgrade.Agent {
    private final Parts parts;
    private final String node;
    private final GatewayProgram program;
    private volatile boolean nodeSeen;

    /**
     * What of the agent shows how it is.
     *
     * @param trouble why the node can't run pods; empty when it can
     * @param reached whether the cloud can reach the node
     */
    record Parts(
            Supplier<ApiClient> client,
            Identity identity,
            Cloud cloud,
            NodeEvents events,
            Pods pods,
            Supplier<String> trouble,
            BooleanSupplier reached) {}

    RunningAgent(Parts parts, String node, GatewayProgram program) {
        this.parts = parts;
        this.node = node;
        this.program = program;
    }

    /** Tells that the cloud has shown the Node. */
    void seen() {
        nodeSeen = true;
    }

    @Override
    public ApiClient client() {
        return parts.client().get();
    }

    @Override
    public List<X509Certificate> authorities() throws IOException {
        return parts.identity().config().ca();
    }

    @Override
    public void tell(boolean warning, String reason, String message) {
        parts.events().record(warning ? EventLog.Kind.WARNING : EventLog.Kind.NORMAL, reason, message);
    }

    @Override
    public void show(String problem) throws IOException {
        var value = problem.isEmpty() ? Json.Null.NULL : Json.of(problem);
        var annotations = Json.Obj.EMPTY.with(SelfUpgrade.PROBLEM, value);
        parts.cloud().patch(Resource.NODES, "", node, Json.obj("metadata", Json.obj("annotations", annotations)));
    }

    @Override
    public String waitingFor() {
        var trouble = parts.trouble().get();
        if (!trouble.isEmpty())
            return "the runtime: " + trouble.lines().findFirst().orElse("");
        for (var worker : parts.pods().all()) {
            if (!worker.isLookedAfter()) return "pod " + worker.pod().key();
        }
        return nodeSeen && parts.reached().getAsBoolean() ? "" : SelfUpgrade.CLOUD;
    }

    @Override
    public boolean restartable() {
        return program.restart() != null;
    }

    @Override
    public void restart() {
        var restart = program.restart();
        if (restart != null) restart.run();
    }
}
