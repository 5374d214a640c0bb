/** What the server tells about its types: discovery and OpenAPI. */
module io.smarter.openapi {
    requires static transitive org.jspecify;
    requires io.smarter.requests;
    requires transitive io.smarter.http;
    requires transitive io.smarter.types;

    exports io.smarter.openapi;
}
