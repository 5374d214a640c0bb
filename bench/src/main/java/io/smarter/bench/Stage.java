package io.smarter.bench;

/** The ends of the parts of a deployment, in their order; each part begins where the one before ended. */
enum Stage {
    /** The API server answered the request to create the DaemonSet: it is on disk. */
    APPLY("apply"),
    /** A watcher saw the pod that the controller made. */
    CONTROLLER("controller"),
    /** The runtime began to start the sandbox, whose network it had made: the gateway had heard of the pod and read what it needs. */
    GATEWAY("gateway"),
    /** The sandbox's process ran. */
    SANDBOX("sandbox"),
    /** The runtime had made the container, for which the image must have been pulled. */
    CONTAINER("image+container"),
    /** The container's process ran. */
    START("start"),
    /** Its first datum was told by the cloud's intake. */
    DATUM("first datum");

    private final String title;

    Stage(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
