package io.smarter.pki;

import java.net.InetAddress;

/**
 * A name under which a server is reached.
 *
 * @param address whether it is an IP address
 */
record PkiName(String text, boolean address) {
    /** A host name, or an address in its literal form, as {@link InetAddress#ofLiteral} reads it. */
    static PkiName of(String text) {
        try {
            return of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return new PkiName(text, false);
        }
    }

    static PkiName of(InetAddress address) {
        var text = address.getHostAddress();
        int zone = text.indexOf('%');
        return new PkiName(zone < 0 ? text : text.substring(0, zone), true);
    }
}
