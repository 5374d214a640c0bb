package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.smarter.agent.AgentState;
import io.smarter.agent.SelfUpgrade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway makes of a version of the agent that is tried, or was. */
final class AgentTrialTest {
    @TempDir
    Path folder;

    private TestAgents agents;

    @BeforeEach
    void start() throws Exception {
        agents = new TestAgents(folder);
    }

    @AfterEach
    void stop() {
        agents.close();
    }

    private void state(String text) throws IOException {
        Files.createDirectories(agents.root());
        Files.writeString(agents.root().resolve("state"), text);
    }

    @Test
    void aFaultOfTheAgentDoesNotEndItsTrial() throws Exception {
        state("current=old\ntrial=base\nstarts=1\n");
        var logged = new CopyOnWriteArrayList<String>();
        var logger = Logger.getLogger(SelfUpgrade.class.getName());
        var handler = handler(logged);
        logger.addHandler(handler);
        agents.faults.set(3);
        try (var _ = agents.gateway()) {
            TestAgents.until(() -> agents.state().current().equals("base"));
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(logged)
                .filteredOn(line -> line.contains("not known to be good"))
                .hasSize(1);
    }

    private static Handler handler(List<String> logged) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void whetherOnlyTheCloudWasMissingIsAskedOnce() throws Exception {
        state("bad=v2\nwhy=waited\nwaiting=cloud\n");
        try (var gateway = agents.gateway()) {
            gateway.want("v2");
            assertThat(gateway.awaitProblem()).isEqualTo("v2: waited");
            TestAgents.until(() -> agents.state().waiting().isEmpty());
        }
        assertThat(agents.state()).isEqualTo(new AgentState("", "", "", 0, "v2", "waited", ""));
    }

    /** As where smarter-agent can't write the state, and so does not count starts. */
    @Test
    void aTrialThatWasNotStartedIsNotAskedForAgainAndAgain() throws Exception {
        agents.publish("v2", 2);
        try (var _ = agents.upgraded("v2")) {
            assertThat(agents.state().trial()).isEqualTo("v2");
        }
        try (var gateway = agents.gateway()) {
            gateway.want("v2");
            assertThat(gateway.awaitProblem()).isEqualTo("v2: smarter-agent did not start it");
            assertThat(gateway.restarted.getCount()).isEqualTo(1);
        }
    }
}
