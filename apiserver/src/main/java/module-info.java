/** The Kubernetes API surface over a {@code Store}; the cloud's end of the tunnel. */
module io.smarter.apiserver {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.store;
    requires transitive io.smarter.http;
    requires io.smarter.cel;
    requires io.smarter.patch;
    requires transitive io.smarter.pki;
    requires io.smarter.schema;

    exports io.smarter.apiserver;
}
