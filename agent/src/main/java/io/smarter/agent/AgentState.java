package io.smarter.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which version of the agent is to run. An empty name is the version that was installed with the machine. Written by the
 * agent and by {@code smarter-agent}, which starts it: the one says what is to be tried and what is good, the other
 * counts starts and gives up. Immutable.
 *
 * @param current the last version that was good
 * @param previous the one before
 * @param trial the version that is tried; empty when none is
 * @param starts how often that was started
 * @param bad the version that was given up; it is not tried again until another one is wanted
 * @param why what was wrong with it
 * @param waiting what the last start of the trial waited for before it was ended; empty when that is not known
 */
public record AgentState(
        String current, String previous, String trial, int starts, String bad, String why, String waiting) {
    /** Nothing but what was installed. */
    public static final AgentState FIRST = new AgentState("", "", "", 0, "", "", "");

    private static final List<String> KEYS = List.of("current", "previous", "trial", "starts", "bad", "why", "waiting");

    /** Reads what {@link #text} writes, or {@code smarter-agent}; what is missing is empty. */
    static AgentState parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (var line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        var starts = values.getOrDefault("starts", "");
        return new AgentState(
                values.getOrDefault("current", ""),
                values.getOrDefault("previous", ""),
                values.getOrDefault("trial", ""),
                starts.matches("[0-9]{1,4}") ? Integer.parseInt(starts) : 0,
                values.getOrDefault("bad", ""),
                values.getOrDefault("why", ""),
                values.getOrDefault("waiting", ""));
    }

    String text() {
        var values = List.of(current, previous, trial, Integer.toString(starts), bad, why, waiting);
        var text = new StringBuilder();
        for (int i = 0; i < KEYS.size(); i++)
            text.append(KEYS.get(i)).append('=').append(values.get(i)).append('\n');
        return text.toString();
    }

    /** A version is to be tried from the next start on. */
    AgentState tried(String version) {
        return new AgentState(current, previous, version, 0, "", "", "");
    }

    /** The version that is tried is good. */
    AgentState proven() {
        return new AgentState(trial, trial.equals(current) ? previous : current, "", 0, "", "", "");
    }

    AgentState waitingFor(String what) {
        return new AgentState(current, previous, trial, starts, bad, why, what);
    }

    /** What was given up may be tried again. */
    AgentState pardoned() {
        return new AgentState(current, previous, trial, starts, "", "", "");
    }

    /** A version is wanted: what is to be known of others is over. */
    AgentState wanting(String version) {
        var next = bad.isEmpty() || bad.equals(version) ? this : pardoned();
        return trial.isEmpty() || trial.equals(version)
                ? next
                : new AgentState(current, previous, "", 0, next.bad, next.why, next.waiting);
    }
}
