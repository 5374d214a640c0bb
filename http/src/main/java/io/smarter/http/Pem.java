package io.smarter.http;

import io.smarter.files.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Certificates, private keys and certificate requests in PEM (RFC 7468). Text around the blocks is ignored. What cannot
 * be read is an {@link IllegalArgumentException} whose message says what was wrong.
 */
public final class Pem {
    private static final int MAX_FILE = 1 << 20;
    private static final String EC = "1.2.840.10045.2.1";
    private static final String P256 = "1.2.840.10045.3.1.7";
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANIZATION = "2.5.4.10";

    private static final int P256_BYTES = 32;
    private static final int P256_POINT = 1 + 2 * P256_BYTES;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(String label, byte[] der) {}

    private Pem() {}

    /** The certificates in a text, in its order; none is an error. */
    public static List<X509Certificate> certificates(String pem) {
        var found = new ArrayList<X509Certificate>();
        for (var block : blocks(pem)) {
            if (block.label.equals("CERTIFICATE")) found.add(certificate(block.der));
        }
        if (found.isEmpty()) throw new IllegalArgumentException("no CERTIFICATE block in PEM text");
        return List.copyOf(found);
    }

    public static List<X509Certificate> certificates(Path file) throws IOException {
        return certificates(read(file));
    }

    /** A certificate from its DER bytes. */
    public static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificate cannot be read: " + e.getMessage(), e);
        }
    }

    /** The private key in a text: PKCS#8, or the older forms of SEC 1 (P-256) and PKCS#1 (RSA). */
    public static PrivateKey privateKey(String pem) {
        for (var block : blocks(pem)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return privateKey(block.der);
                }
                case "EC PRIVATE KEY" -> {
                    return privateKey(pkcs8(block.der, Der.oid(EC), Der.oid(P256)));
                }
                case "RSA PRIVATE KEY" -> {
                    return privateKey(pkcs8(block.der, Der.oid(RSA), Der.nothing()));
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("no PRIVATE KEY block in PEM text");
    }

    public static PrivateKey privateKey(Path file) throws IOException {
        return privateKey(read(file));
    }

    /** A key and its chain from two files. */
    public static TlsIdentity identity(Path certificates, Path key) throws IOException {
        return new TlsIdentity(privateKey(key), certificates(certificates));
    }

    public static String text(X509Certificate certificate) {
        return text(List.of(certificate));
    }

    public static String text(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("certificate cannot be encoded: " + e.getMessage(), e);
            }
        }
        return text.toString();
    }

    /** A private key as PKCS#8. */
    public static String text(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /**
     * A P-256 key pair as SEC 1 (RFC 5915): clients that guess take a key whose label does not name its kind for RSA. The
     * public key is in it, too, since Kubernetes' Java client reads no key without.
     */
    public static String sec1(ECPrivateKey key, ECPublicKey of) {
        var scalar = key.getS().toByteArray();
        var octets = new byte[P256_BYTES];
        int length = Math.min(scalar.length, P256_BYTES);
        System.arraycopy(scalar, scalar.length - length, octets, P256_BYTES - length, length);
        var curve = Der.all(Der.CONTEXT_0, Der.oid(P256));
        var encoded = of.getEncoded(); // ends with the point
        var point = Arrays.copyOfRange(encoded, encoded.length - P256_POINT, encoded.length);
        var pair = Der.all(
                Der.SEQUENCE, Der.integer(1), Der.octets(octets), curve, Der.all(Der.CONTEXT_1, Der.bits(point)));
        return block("EC PRIVATE KEY", pair);
    }

    /** Writes certificates to a file that anyone may read; afterwards the file is old or new, whatever happens. */
    public static void write(Path file, List<X509Certificate> certificates) throws IOException {
        Disk.write(file, text(certificates).getBytes(StandardCharsets.US_ASCII), Disk.PUBLIC);
    }

    /** Writes a key to a file that only its owner may read; afterwards the file is old or new, whatever happens. */
    public static void write(Path file, PrivateKey key) throws IOException {
        Disk.write(file, text(key).getBytes(StandardCharsets.US_ASCII), Disk.PRIVATE);
    }

    /** A PKCS#10 request (RFC 2986), signed with ECDSA and SHA-256, for a P-256 key pair. */
    public static String csr(KeyPair keys, String commonName, List<String> organizations) {
        try {
            var names = new ArrayList<byte[]>();
            for (var organization : organizations) names.add(name(ORGANIZATION, organization));
            names.add(name(COMMON_NAME, commonName));
            var subject = Der.all(Der.SEQUENCE, names.toArray(new byte[0][]));
            var info = Der.all(
                    Der.SEQUENCE, Der.integer(0), subject, keys.getPublic().getEncoded(), Der.all(Der.CONTEXT_0));
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(info);
            var algorithm = Der.all(Der.SEQUENCE, Der.oid(ECDSA_SHA256));
            return block("CERTIFICATE REQUEST", Der.all(Der.SEQUENCE, info, algorithm, Der.bits(signature.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("request cannot be signed: " + e.getMessage(), e);
        }
    }

    /** The SHA-256 of a certificate's public key information (SubjectPublicKeyInfo in DER). */
    public static byte[] spkiSha256(X509Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not usable: " + e.getMessage(), e);
        }
    }

    private static byte[] name(String type, String value) {
        return Der.all(Der.SET, Der.all(Der.SEQUENCE, Der.oid(type), Der.text(value)));
    }

    private static byte[] pkcs8(byte[] key, byte[] algorithm, byte[] parameters) {
        return Der.all(Der.SEQUENCE, Der.integer(0), Der.all(Der.SEQUENCE, algorithm, parameters), Der.octets(key));
    }

    private static PrivateKey privateKey(byte[] pkcs8) {
        var spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (GeneralSecurityException notEc) {
            try {
                return KeyFactory.getInstance("RSA").generatePrivate(spec);
            } catch (GeneralSecurityException notRsa) {
                notRsa.addSuppressed(notEc);
                throw new IllegalArgumentException("private key is neither EC nor RSA in PKCS#8", notRsa);
            }
        }
    }

    private static String block(String label, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static List<Block> blocks(String pem) {
        var blocks = new ArrayList<Block>();
        int at = 0;
        while ((at = pem.indexOf("-----BEGIN ", at)) >= 0) {
            int labelEnd = pem.indexOf("-----", at + 11);
            if (labelEnd < 0) break;
            var label = pem.substring(at + 11, labelEnd);
            int end = pem.indexOf("-----END " + label + "-----", labelEnd);
            if (end < 0) throw new IllegalArgumentException("PEM block " + label + " has no end");
            try {
                blocks.add(new Block(label, Base64.getMimeDecoder().decode(pem.substring(labelEnd + 5, end))));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "PEM block %s is not base64: %s".formatted(label, e.getMessage()), e);
            }
            at = end;
        }
        return blocks;
    }

    private static String read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_FILE)
            throw new IOException("%s: a PEM file has at most %d bytes, this one %d".formatted(file, MAX_FILE, size));
        return Files.readString(file, StandardCharsets.US_ASCII);
    }
}
