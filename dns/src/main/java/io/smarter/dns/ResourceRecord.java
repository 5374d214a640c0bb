package io.smarter.dns;

import java.net.InetAddress;

/** A record of a zone; names are in lower case and without the last dot. */
public sealed interface ResourceRecord {
    /** The name that the record is of. */
    String name();

    /** An address: type A or AAAA. */
    record Address(String name, InetAddress address) implements ResourceRecord {}

    /** A name's other name, RFC 1035 section 3.3.1. */
    record Alias(String name, String target) implements ResourceRecord {}

    /** The name of an address, RFC 1035 section 3.3.12. */
    record Pointer(String name, String target) implements ResourceRecord {}

    /** Where a service is, RFC 2782. */
    record Service(String name, int priority, int weight, int port, String target) implements ResourceRecord {}
}
