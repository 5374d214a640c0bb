/** The Common Expression Language, and patterns that clients wrote. */
@SuppressWarnings("requires-transitive-automatic") // re2j is a module by the name of its file
module io.smarter.cel {
    requires static transitive org.jspecify;
    requires io.smarter.api;
    requires transitive io.smarter.json;
    requires transitive re2j;

    exports io.smarter.cel;
}
