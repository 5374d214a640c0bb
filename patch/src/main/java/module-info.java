/** Patches of objects, and server-side apply with the ownership of fields. */
module io.smarter.patch {
    requires static transitive org.jspecify;
    requires transitive io.smarter.schema;

    exports io.smarter.patch;
}
