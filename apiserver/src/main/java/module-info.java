/** The Kubernetes API surface over a {@code Store}; the cloud's end of the tunnel. */
module io.smarter.apiserver {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.store;
    requires transitive io.smarter.http;
    requires re2j;

    exports io.smarter.apiserver;
}
