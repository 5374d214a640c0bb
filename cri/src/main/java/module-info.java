/** The container runtime over its Unix socket. */
module io.smarter.cri {
    requires static transitive org.jspecify;
    requires transitive io.smarter.http;
}
