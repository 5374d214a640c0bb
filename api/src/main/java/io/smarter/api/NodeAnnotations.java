package io.smarter.api;

/** What we write to Nodes beside what Kubernetes does, where several modules know of it. */
public final class NodeAnnotations {
    /** The version of its agent that a node is to run: whoever may write it chooses what runs there as root. */
    public static final String AGENT_VERSION = "smarter.io/agent-version";

    private NodeAnnotations() {}
}
