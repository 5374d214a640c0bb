/** The Kubernetes API over a {@code Store}: routes and verbs, over the modules that know the rest. */
module io.smarter.apiserver {
    requires static transitive org.jspecify;
    requires io.smarter.auth;
    requires io.smarter.openapi;
    requires io.smarter.patch;
    requires io.smarter.quota;
    requires transitive io.smarter.pki;
    requires transitive io.smarter.store;
    requires transitive io.smarter.tunnel;
    requires io.smarter.validation;

    exports io.smarter.apiserver;
}
