/** OCI image registry and image assembly. */
module io.smarter.registry {
    requires static transitive org.jspecify;
    requires io.smarter.json;

    exports io.smarter.registry;
}
