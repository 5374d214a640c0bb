/** The columns in which {@code kubectl get} shows each type. */
module io.smarter.printers {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires io.smarter.schema;

    exports io.smarter.printers;
}
