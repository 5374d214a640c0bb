package io.smarter.pki;

import io.smarter.http.DerReader;
import io.smarter.http.Pem;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedSet;

/**
 * Signs certificates (X.509 v3, RFC 5280) with an authority's P-256 key. Knows nothing of files. Written out by hand,
 * because the usual library for it costs the cloud 8 MB of memory for these few fields.
 */
final class PkiIssuer {
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final String ECDSA_SHA256 = "2a8648ce3d040302";
    private static final String SUBJECT_KEY = "551d0e";
    private static final String KEY_USAGE = "551d0f";
    private static final String ALTERNATIVE_NAMES = "551d11";
    private static final String BASIC_CONSTRAINTS = "551d13";
    private static final String AUTHORITY_KEY = "551d23";
    private static final String EXTENDED_KEY_USAGE = "551d25";
    private static final String SERVER_AUTH = "2b06010505070301";
    private static final String CLIENT_AUTH = "2b06010505070302";
    private static final byte[] CRITICAL = {1, 1, (byte) 0xff};
    private static final byte[] VERSION_3 = {(byte) 0xa0, 3, 2, 1, 2};
    private static final int CERT_SIGN_AND_CRL_SIGN = 0x06;
    private static final int DIGITAL_SIGNATURE = 0x80;
    private static final int KEY_ENCIPHERMENT = 0x20;

    private final X509Certificate authority;
    private final PrivateKey key;

    PkiIssuer(X509Certificate authority, PrivateKey key) {
        this.authority = authority;
        this.key = key;
    }

    X509Certificate authority() {
        return authority;
    }

    /** An authority's own certificate. */
    static X509Certificate selfSigned(KeyPair keys, String commonName, Duration life) {
        var name = new PkiSubject(commonName, List.of()).name();
        var extensions = List.of(
                extension(BASIC_CONSTRAINTS, true, PkiDer.sequence(CRITICAL)), // CRITICAL is DER's true
                extension(KEY_USAGE, true, PkiDer.bits(1, new byte[] {CERT_SIGN_AND_CRL_SIGN})),
                extension(SUBJECT_KEY, false, PkiDer.value(PkiDer.OCTET_STRING, keyId(keys.getPublic()))));
        return sign(keys.getPrivate(), name, name, keys.getPublic(), life, extensions);
    }

    X509Certificate client(PublicKey owner, PkiSubject subject, Duration life) {
        return issue(owner, subject, life, Purpose.of(CLIENT_AUTH), List.of());
    }

    /** @param names host names and IP addresses, at least one */
    X509Certificate server(PublicKey owner, SequencedSet<PkiName> names, Duration life) {
        var alternatives = new ArrayList<byte[]>();
        for (var name : names) alternatives.add(alternative(name));
        var content = PkiDer.sequence(alternatives.toArray(new byte[0][]));
        var subject = new PkiSubject("smarter", List.of());
        return issue(
                owner, subject, life, Purpose.of(SERVER_AUTH), List.of(extension(ALTERNATIVE_NAMES, false, content)));
    }

    /**
     * What somebody asked for.
     *
     * @param usages as Kubernetes names them
     */
    X509Certificate requested(PkiRequest request, List<String> usages, Duration life) {
        var purposes = new ArrayList<byte[]>();
        if (usages.contains("server auth")) purposes.add(PkiDer.oid(SERVER_AUTH));
        if (usages.contains("client auth")) purposes.add(PkiDer.oid(CLIENT_AUTH));
        int bits = (usages.contains("digital signature") ? DIGITAL_SIGNATURE : 0)
                | (usages.contains("key encipherment") ? KEY_ENCIPHERMENT : 0);
        var more = new ArrayList<byte[]>();
        var names = request.names().der();
        if (names.length > 0) more.add(extension(ALTERNATIVE_NAMES, false, names));
        return issue(request.key(), request.subject(), life, new Purpose(bits, purposes), more);
    }

    /** What a certificate is for: the first bits of its key usage, and the identifiers of its extended ones. */
    private record Purpose(int bits, List<byte[]> extended) {
        static Purpose of(String extended) {
            return new Purpose(DIGITAL_SIGNATURE, List.of(PkiDer.oid(extended)));
        }
    }

    private static byte[] alternative(PkiName name) {
        return name.address()
                ? PkiDer.value(0x87, InetAddress.ofLiteral(name.text()).getAddress())
                : PkiDer.value(0x82, name.text().getBytes(StandardCharsets.US_ASCII));
    }

    private X509Certificate issue(
            PublicKey owner, PkiSubject subject, Duration life, Purpose purpose, List<byte[]> more) {
        var extensions = new ArrayList<>(List.of(extension(BASIC_CONSTRAINTS, true, PkiDer.sequence())));
        if (purpose.bits != 0) { // RFC 5280 §4.2.1.3: where it is, a bit must be set
            int unused = Integer.numberOfTrailingZeros(purpose.bits);
            extensions.add(extension(KEY_USAGE, true, PkiDer.bits(unused, new byte[] {(byte) purpose.bits})));
        }
        extensions.add(extension(EXTENDED_KEY_USAGE, false, PkiDer.sequence(purpose.extended.toArray(new byte[0][]))));
        extensions.addAll(more);
        var ownId = authority.getExtensionValue("2.5.29.14");
        if (ownId != null) { // its subject key identifier, whatever made it
            var id = new DerReader(ownId).in(PkiDer.OCTET_STRING).bytes(PkiDer.OCTET_STRING);
            extensions.add(extension(AUTHORITY_KEY, false, PkiDer.sequence(PkiDer.value(0x80, id))));
        }
        var issuer = authority.getSubjectX500Principal().getEncoded();
        return sign(key, issuer, subject.name(), owner, life, extensions);
    }

    private static byte[] extension(String oid, boolean critical, byte[] content) {
        var wrapped = PkiDer.value(PkiDer.OCTET_STRING, content);
        return critical
                ? PkiDer.sequence(PkiDer.oid(oid), CRITICAL, wrapped)
                : PkiDer.sequence(PkiDer.oid(oid), wrapped);
    }

    @SuppressWarnings("TooManyParameters") // the fields of RFC 5280 §4.1, in its order
    private static X509Certificate sign(
            PrivateKey key, byte[] issuer, byte[] subject, PublicKey owner, Duration life, List<byte[]> extensions) {
        var now = Instant.now();
        var algorithm = PkiDer.sequence(PkiDer.oid(ECDSA_SHA256));
        var body = PkiDer.sequence(
                VERSION_3,
                PkiDer.integer(new BigInteger(127, new SecureRandom()).add(BigInteger.ONE)),
                algorithm,
                issuer,
                PkiDer.sequence(PkiDer.time(now.minus(CLOCK_SKEW)), PkiDer.time(now.plus(life))),
                subject,
                owner.getEncoded(),
                PkiDer.value(0xa3, PkiDer.sequence(extensions.toArray(new byte[0][]))));
        try {
            var signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(key);
            signer.update(body);
            return Pem.certificate(PkiDer.sequence(body, algorithm, PkiDer.bits(0, signer.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be signed: " + e.getMessage(), e);
        }
    }

    /** RFC 5280 §4.2.1.2 with the hash of RFC 7093 §2 (1). */
    private static byte[] keyId(PublicKey key) {
        try {
            var info = new DerReader(key.getEncoded()).in(PkiDer.SEQUENCE);
            info.whole();
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(info.bits()), 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
