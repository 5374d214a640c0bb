/** The Kubernetes objects that our programs handle, as records; selectors, quantities, patches, names. */
module io.smarter.api {
    requires static transitive org.jspecify;
    requires transitive io.smarter.json;

    exports io.smarter.api;
}
