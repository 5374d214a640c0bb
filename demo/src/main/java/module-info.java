/** The demo application: sensor, filter and uplink. */
module io.smarter.demo {
    requires static transitive org.jspecify;
    requires io.smarter.json;

    exports io.smarter.demo;
}
