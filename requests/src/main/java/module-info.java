/** What a request says and how it is answered, whatever it is about. */
module io.smarter.requests {
    requires static transitive org.jspecify;
    requires transitive io.smarter.http;
    requires transitive io.smarter.schema;

    exports io.smarter.requests;
}
