package io.smarter.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class UpgradeTest {
    private static final AgentState OLD = new AgentState("old", "", "", 0, "", "", "");
    private static final AgentState GIVEN_UP = new AgentState("old", "", "", 0, "new", "failed", "");

    static Stream<Arguments> cases() {
        return Stream.of(
                argumentSet("nothing is wanted", "", "old", OLD, new Upgrade.Stay()),
                argumentSet("what is wanted runs", "old", "old", OLD, new Upgrade.Stay()),
                argumentSet("another is wanted", "new", "old", OLD, new Upgrade.Change("new")),
                argumentSet("another than the installed", "new", "base", AgentState.FIRST, new Upgrade.Change("new")),
                argumentSet("an older one is wanted", "old", "new", OLD, new Upgrade.Change("old")),
                argumentSet("this is the trial", "new", "new", OLD.tried("new"), new Upgrade.Prove("new")),
                argumentSet(
                        "this is the trial, another is wanted", "x", "new", OLD.tried("new"), new Upgrade.Prove("new")),
                argumentSet("it was bad", "new", "old", GIVEN_UP, new Upgrade.Avoid("new", "failed")),
                argumentSet(
                        "it was to be tried and is not",
                        "new",
                        "old",
                        OLD.tried("new"),
                        new Upgrade.Avoid("new", "smarter-agent did not start it")),
                argumentSet("another was bad", "x", "old", GIVEN_UP, new Upgrade.Change("x")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsWantedRunsAndKnownDecideTogether(String wanted, String running, AgentState state, Upgrade upgrade) {
        assertThat(Upgrade.of(wanted, running, state)).isEqualTo(upgrade);
    }

    @Test
    void aTrialThatIsGoodBecomesCurrentAndTheOldOneIsKept() {
        var tried = OLD.tried("new");
        assertThat(tried.current()).isEqualTo("old");
        assertThat(tried.proven()).isEqualTo(new AgentState("new", "old", "", 0, "", "", ""));
        assertThat(tried.proven().tried("new").proven().previous()).isEqualTo("old");
    }

    @Test
    void whatIsWantedEndsWhatWasKnownOfOthers() {
        assertThat(GIVEN_UP.wanting("new")).isEqualTo(GIVEN_UP);
        assertThat(GIVEN_UP.wanting("")).isEqualTo(OLD);
        assertThat(OLD.tried("new").wanting("new").trial()).isEqualTo("new");
        assertThat(OLD.tried("new").wanting("old")).isEqualTo(OLD);
    }

    @Test
    void aStateIsReadAsItWasWritten() {
        var state = new AgentState("a", "b", "c", 2, "d", "status 1 = bad", "cloud");
        assertThat(AgentState.parse(state.text())).isEqualTo(state);
        assertThat(AgentState.parse("trial=c\nstarts=x\nother=1\n")).isEqualTo(AgentState.FIRST.tried("c"));
    }
}
