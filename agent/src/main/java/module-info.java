/** Versions of a gateway's agent: what one is, and how a gateway gets, tries and keeps one. */
module io.smarter.agent {
    requires static transitive org.jspecify;
    requires io.smarter.files;
    requires transitive io.smarter.client;

    exports io.smarter.agent;
}
