/** The program that gives a node its network, names and devices, as a pod of each node. */
module io.smarter.edge {
    requires static org.jspecify;
    requires io.smarter.api;
    requires io.smarter.client;
    requires io.smarter.cri;
    requires io.smarter.devices;
    requires io.smarter.http;
    requires io.smarter.linux;
    requires io.smarter.network;

    exports io.smarter.edge;
}
