/** Objects in the store: written, listed, watched. */
module io.smarter.storage {
    requires static transitive org.jspecify;
    requires transitive io.smarter.requests;
    requires transitive io.smarter.store;
    requires transitive io.smarter.types;

    exports io.smarter.storage;
}
