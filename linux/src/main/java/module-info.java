/** The kernel, as one small interface over FFM, with its recording fake. */
module io.smarter.linux {
    requires static transitive org.jspecify;

    exports io.smarter.linux;
}
