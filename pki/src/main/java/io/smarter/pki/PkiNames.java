package io.smarter.pki;

import io.smarter.http.DerReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The names that a certificate request asks for besides its subject (RFC 5280 §4.2.1.6).
 *
 * @param der all of them as they were asked for; empty when there are none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PkiNames(List<String> dns, List<String> addresses, List<String> emails, List<String> uris, byte[] der) {
    static final PkiNames NONE = new PkiNames(List.of(), List.of(), List.of(), List.of(), new byte[0]);

    /** The tag of a request's attributes. */
    static final int ATTRIBUTES = 0xa0;

    private static final String EXTENSIONS_WANTED = "2a864886f70d01090e";
    private static final String ALTERNATIVE_NAMES = "551d11";
    private static final int BOOLEAN = 0x01;
    private static final int EMAIL = 0x81;
    private static final int DNS = 0x82;
    private static final int URI = 0x86;
    private static final int ADDRESS = 0x87;

    /** @param attributes those of a request (RFC 2986 §4.1, RFC 2985 §5.4.2) */
    static PkiNames requested(DerReader attributes) {
        while (attributes.hasMore()) {
            var attribute = attributes.in(PkiDer.SEQUENCE);
            if (!attribute.oid().equals(EXTENSIONS_WANTED)) continue;
            var extensions = attribute.in(PkiDer.SET).in(PkiDer.SEQUENCE);
            while (extensions.hasMore()) {
                var extension = extensions.in(PkiDer.SEQUENCE);
                var type = extension.oid();
                if (extension.tag() == BOOLEAN) extension.bytes(BOOLEAN);
                if (type.equals(ALTERNATIVE_NAMES)) return of(extension.bytes(PkiDer.OCTET_STRING));
            }
        }
        return NONE;
    }

    private static PkiNames of(byte[] der) {
        var names = new PkiNames(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), der);
        var all = new DerReader(der).in(PkiDer.SEQUENCE);
        while (all.hasMore()) {
            int tag = all.tag();
            var value = all.bytes(tag);
            switch (tag) {
                case DNS -> names.dns.add(text(value));
                case EMAIL -> names.emails.add(text(value));
                case URI -> names.uris.add(text(value));
                case ADDRESS -> names.addresses.add(address(value));
                default -> throw new IllegalArgumentException("name of kind 0x%x is not supported".formatted(tag));
            }
        }
        return names;
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.US_ASCII);
    }

    private static String address(byte[] value) {
        try {
            return InetAddress.getByAddress(value).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address has %d bytes".formatted(value.length), e);
        }
    }
}
