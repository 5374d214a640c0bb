package io.smarter.gateway;

/** Names under which the runtime keeps what belongs to whom; other programs read them too. */
final class Labels {
    static final String POD_NAME = "io.kubernetes.pod.name";
    static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    static final String POD_UID = "io.kubernetes.pod.uid";
    static final String CONTAINER_NAME = "io.kubernetes.container.name";
    /** The node whose agent made a sandbox: what others made on the same runtime is not ours to remove. */
    static final String NODE = "smarter.io/node";

    static final String HASH = "io.kubernetes.container.hash";
    static final String RESTARTS = "io.kubernetes.container.restartCount";
    static final String TERMINATION_PATH = "io.kubernetes.container.terminationMessagePath";
    static final String TERMINATION_POLICY = "io.kubernetes.container.terminationMessagePolicy";
    /** A container's ports as its pod says them, from which the network knows what their names mean. */
    static final String PORTS = "io.kubernetes.container.ports";

    /** How many seconds a container's pod may take to end. */
    static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";

    private Labels() {}
}
