/** Revisioned keys with watch and compaction: {@code Store} and its drivers. */
module io.smarter.store {
    requires static transitive org.jspecify;
    requires java.sql;
    requires org.xerial.sqlitejdbc;

    exports io.smarter.store;
}
