/** What objects of each kind look like: read, written, given their defaults, compared with their schema. */
module io.smarter.schema {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.cel;

    exports io.smarter.schema;
}
