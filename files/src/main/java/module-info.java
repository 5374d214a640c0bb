/** Files that are old or new, whatever the moment of a power cut. */
module io.smarter.files {
    requires static transitive org.jspecify;

    exports io.smarter.files;
}
