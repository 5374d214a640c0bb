/** Who asks, and what they may do. */
module io.smarter.auth {
    requires static transitive org.jspecify;
    requires transitive io.smarter.pki;
    requires io.smarter.requests;
    requires transitive io.smarter.storage;
    requires io.smarter.validation;

    exports io.smarter.auth;
}
