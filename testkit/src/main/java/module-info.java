/** Fakes that the tests of several modules share. */
module io.smarter.testkit {
    requires static transitive org.jspecify;
    requires transitive io.smarter.http;

    exports io.smarter.testkit;
}
