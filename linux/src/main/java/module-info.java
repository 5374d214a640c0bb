/** What we ask of the kernel, and what it shows as files. */
module io.smarter.linux {
    requires static transitive org.jspecify;

    exports io.smarter.linux;
}
