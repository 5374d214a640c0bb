/** The Kubernetes API surface over a {@code Store}; the cloud's end of the tunnel. */
module io.smarter.apiserver {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.store;
    requires transitive io.smarter.http;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;

    exports io.smarter.apiserver;
}
