/** Measurements of a running system, side by side with a named peer. */
module io.smarter.bench {
    requires static transitive org.jspecify;
    requires transitive io.smarter.client;
    requires io.smarter.cri;
    requires io.smarter.dns;
    requires transitive io.smarter.gateway;
    requires io.smarter.linux;
    requires java.net.http;

    exports io.smarter.bench;
}
