/** A name server for one machine: names of its own, and those of other servers kept for when the link is down. */
module io.smarter.dns {
    requires static transitive org.jspecify;

    exports io.smarter.dns;
}
