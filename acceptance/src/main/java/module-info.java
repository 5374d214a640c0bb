/** Whole-system tests. */
module io.smarter.acceptance {
    requires static transitive org.jspecify;
    requires transitive io.smarter.cli;
}
