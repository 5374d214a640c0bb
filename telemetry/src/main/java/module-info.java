/** The cloud's intake of readings and its store. */
module io.smarter.telemetry {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.http;

    exports io.smarter.telemetry;
}
