/** The cloud program: wiring only. */
module io.smarter.cloud {
    requires static transitive org.jspecify;
    requires transitive io.smarter.apiserver;
    requires transitive io.smarter.controllers;
    requires transitive io.smarter.telemetry;
    requires transitive io.smarter.store;
    requires transitive io.smarter.http;

    exports io.smarter.cloud;
}
