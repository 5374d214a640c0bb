/** The devices of a node: what there is, by which rules it is given to pods, and the device plugins that offer it. */
module io.smarter.devices {
    requires static transitive org.jspecify;
    requires re2j;
    requires io.smarter.api;
    requires transitive io.smarter.client;
    requires io.smarter.cri;
    requires io.smarter.files;
    requires io.smarter.json;
    requires io.smarter.linux;

    exports io.smarter.devices;
}
