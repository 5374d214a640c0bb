/** What a namespace may use, and what is used. */
module io.smarter.quota {
    requires static transitive org.jspecify;
    requires transitive io.smarter.storage;

    exports io.smarter.quota;
}
