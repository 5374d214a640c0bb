/** The cloud's certificate authorities, the certificates that they issue, and the key of tokens. */
module io.smarter.pki {
    requires static transitive org.jspecify;
    requires io.smarter.files;
    requires transitive io.smarter.api;
    requires transitive io.smarter.http;

    exports io.smarter.pki;
}
