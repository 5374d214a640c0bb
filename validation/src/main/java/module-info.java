/** What must be right in objects of the built-in kinds besides their types. */
module io.smarter.validation {
    requires static transitive org.jspecify;
    requires io.smarter.pki;
    requires transitive io.smarter.schema;

    exports io.smarter.validation;
}
