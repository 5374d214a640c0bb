package io.smarter.api;

/** Which Kubernetes our programs are like: the server towards its clients, the gateway as a node of it. */
public final class Version {
    /** The number after {@code 1.} */
    public static final int MINOR = 36;

    /** As documents and user agents show it, such as {@code 1.36}. */
    public static final String NUMBER = "1." + MINOR;

    /** As nodes and servers give it. */
    public static final String FULL = "v" + NUMBER + ".0+smarter";

    private Version() {}
}
