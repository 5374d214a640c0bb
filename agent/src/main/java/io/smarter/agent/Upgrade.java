package io.smarter.agent;

/** What is to be done about the agent's version. */
sealed interface Upgrade {
    /** Nothing: what is wanted runs, or nothing is wanted. */
    record Stay() implements Upgrade {}

    /** Nothing, as what is wanted was tried and is bad, or was to be tried and is not. */
    record Avoid(String version, String why) implements Upgrade {}

    /** This process is the trial: it has to show that it is good. */
    record Prove(String version) implements Upgrade {}

    /** A version is to be had on disk and then tried. */
    record Change(String version) implements Upgrade {}

    /**
     * Decides.
     *
     * @param wanted the version that the Node asks for; empty for none
     * @param running the version of this process
     */
    static Upgrade of(String wanted, String running, AgentState state) {
        if (state.trial().equals(running)) return new Prove(running);
        if (wanted.isEmpty() || wanted.equals(running)) return new Stay();
        if (wanted.equals(state.bad())) return new Avoid(wanted, state.why());
        if (wanted.equals(state.trial())) return new Avoid(wanted, "smarter-agent did not start it");
        return new Change(wanted);
    }
}
