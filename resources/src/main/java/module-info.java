/** What a node and its pods use, and what is given up when it runs short. */
module io.smarter.resources {
    requires static transitive org.jspecify;
    requires transitive io.smarter.api;
    requires transitive io.smarter.linux;

    exports io.smarter.resources;
}
