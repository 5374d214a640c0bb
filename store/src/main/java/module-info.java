/** Revisioned keys with watch and compaction: {@code Store} and its drivers. */
module io.smarter.store {
    requires static transitive org.jspecify;

    exports io.smarter.store;
}
