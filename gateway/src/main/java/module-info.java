/** The node agent. */
module io.smarter.gateway {
    requires static transitive org.jspecify;
    requires io.smarter.files;
    requires io.smarter.agent;
    requires transitive io.smarter.api;
    requires transitive io.smarter.client;
    requires transitive io.smarter.cri;
    requires transitive io.smarter.linux;
    requires io.smarter.deviceplugin;
    requires io.smarter.registry;
    requires transitive io.smarter.resources;

    exports io.smarter.gateway;
}
