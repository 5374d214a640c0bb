/** What turns declared objects into others: DaemonSets into pods, owners into their absence. */
module io.smarter.controllers {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.client;

    exports io.smarter.controllers;
}
