/** The network of a node's pods: CNI plugin, addresses, rules and names. */
module io.smarter.network {
    requires static transitive org.jspecify;
    requires io.smarter.api;
    requires transitive io.smarter.client;
    requires io.smarter.cri;
    requires io.smarter.dns;
    requires io.smarter.files;
    requires io.smarter.http;
    requires io.smarter.json;
    requires io.smarter.linux;

    exports io.smarter.network;
}
