/** The table of types that the server has, and what is particular to each. */
module io.smarter.types {
    requires static transitive org.jspecify;
    requires io.smarter.cel;
    requires transitive io.smarter.printers;
    requires transitive io.smarter.schema;
    requires io.smarter.validation;

    exports io.smarter.types;
}
