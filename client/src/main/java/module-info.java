/** List, watch, write and cache against any Kubernetes API; the gateway's end of the tunnel. */
module io.smarter.client {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.http;

    exports io.smarter.client;
}
