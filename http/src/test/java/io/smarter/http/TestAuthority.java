package io.smarter.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Issues real certificates for tests (X.509 v3, EC P-256), for localhost and 127.0.0.1. */
final class TestAuthority {
    static final String SERVER_AUTH = "2b06010505070301";
    static final String CLIENT_AUTH = "2b06010505070302";

    private static final AtomicInteger SERIAL = new AtomicInteger(1);

    private final KeyPair keys;
    private final String name;
    private final X509Certificate certificate;

    TestAuthority(String name) throws GeneralSecurityException {
        this.name = name;
        this.keys = keys();
        this.certificate = issue(name, keys, true, SERVER_AUTH, Instant.now().plusSeconds(3600));
    }

    X509Certificate certificate() {
        return certificate;
    }

    TlsIdentity server() throws GeneralSecurityException {
        var own = keys();
        return new TlsIdentity(
                own.getPrivate(),
                List.of(issue(
                        "localhost", own, false, SERVER_AUTH, Instant.now().plusSeconds(3600))));
    }

    TlsIdentity client(String commonName, String usage, Instant until) throws GeneralSecurityException {
        var own = keys();
        return new TlsIdentity(own.getPrivate(), List.of(issue(commonName, own, false, usage, until)));
    }

    TlsIdentity client(String commonName) throws GeneralSecurityException {
        return client(commonName, CLIENT_AUTH, Instant.now().plusSeconds(3600));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** A server's identity that is valid from 60 seconds before a time. */
    TlsIdentity server(Instant from, Instant until) throws GeneralSecurityException {
        var own = keys();
        return new TlsIdentity(
                own.getPrivate(), List.of(issue("localhost", own, false, SERVER_AUTH, from, until), certificate));
    }

    private X509Certificate issue(String subject, KeyPair own, boolean authority, String usage, Instant until)
            throws GeneralSecurityException {
        var now = Instant.now();
        return issue(subject, own, authority, usage, until.isBefore(now) ? until : now, until);
    }

    @SuppressWarnings("TooManyParameters") // the fields of a certificate
    private X509Certificate issue(
            String subject, KeyPair own, boolean authority, String usage, Instant begin, Instant until)
            throws GeneralSecurityException {
        var algorithm = der(0x30, hex("06082a8648ce3d040302"));
        var from = begin.minusSeconds(60);
        var fields = List.of(
                hex("a003020102"),
                der(0x02, new byte[] {(byte) (SERIAL.incrementAndGet() & 0x7f)}),
                algorithm,
                name(name),
                der(0x30, time(from), time(until)),
                name(subject),
                own.getPublic().getEncoded(),
                der(0xa3, der(0x30, extensions(authority, usage))));
        var body = der(0x30, fields.toArray(new byte[0][]));
        var signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(body);
        var whole = der(0x30, body, algorithm, der(0x03, new byte[1], signer.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] extensions(boolean authority, String usage) {
        var parts = new ArrayList<byte[]>();
        if (authority) parts.add(der(0x30, hex("0603551d130101ff"), der(0x04, hex("30030101ff"))));
        else parts.add(der(0x30, hex("0603551d25"), der(0x04, der(0x30, der(0x06, hex(usage))))));
        var alternatives = der(0x30, der(0x82, ascii("localhost")), der(0x87, hex("7f000001")));
        parts.add(der(0x30, hex("0603551d11"), der(0x04, alternatives)));
        return join(parts.toArray(new byte[0][]));
    }

    private static byte[] name(String commonName) {
        return der(0x30, der(0x31, der(0x30, hex("0603550403"), der(0x0c, ascii(commonName)))));
    }

    private static byte[] time(Instant instant) {
        var format = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
        return der(0x17, ascii(format.format(instant)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text);
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = join(parts);
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length >= 256) {
            out.write(0x82);
            out.write(content.length >> 8);
        } else if (content.length >= 128) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) out.writeBytes(part);
        return out.toByteArray();
    }
}
