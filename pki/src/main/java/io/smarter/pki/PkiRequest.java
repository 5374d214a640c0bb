package io.smarter.pki;

import io.smarter.http.DerReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A certificate request (PKCS#10, RFC 2986) that was signed with its own key.
 *
 * @param names the other names that it asks for
 */
public record PkiRequest(PkiSubject subject, PublicKey key, PkiNames names) {
    private static final int MAX_TEXT = 16 << 10;
    private static final String LABEL = "CERTIFICATE REQUEST-----";
    private static final Map<String, String> SIGNATURES = Map.of(
            "2a8648ce3d040302", "SHA256withECDSA",
            "2a8648ce3d040303", "SHA384withECDSA",
            "2a8648ce3d040304", "SHA512withECDSA",
            "2a864886f70d01010b", "SHA256withRSA",
            "2a864886f70d01010c", "SHA384withRSA",
            "2a864886f70d01010d", "SHA512withRSA");

    /** A request that cannot be granted; the message says why. */
    public static final class BadRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRequestException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The key of a request. Of the requested subject only the common name counts, and it must be the expected one; what
     * else is requested is ignored.
     */
    public static PublicKey key(String pem, String commonName) throws BadRequestException {
        var request = parse(pem);
        if (!request.subject.commonName().equals(commonName))
            throw new BadRequestException("csr's common name must be " + commonName, null);
        if (!strong(request.key))
            throw new BadRequestException("csr's key must be EC P-256 or RSA of 2048 bits or more", null);
        return request.key;
    }

    /** As the Kubernetes API has it: PEM, in base64 once more. */
    public static PkiRequest ofBase64(String text) throws BadRequestException {
        try {
            return parse(new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("csr is not in base64: " + e.getMessage(), e);
        }
    }

    private static PkiRequest parse(String pem) throws BadRequestException {
        if (pem.length() > MAX_TEXT)
            throw new BadRequestException("csr is longer than %d bytes".formatted(MAX_TEXT), null);
        try {
            var whole = new DerReader(der(pem)).in(PkiDer.SEQUENCE);
            var signed = whole.whole();
            var algorithm = SIGNATURES.get(whole.in(PkiDer.SEQUENCE).oid());
            var signature = whole.bits();
            var info = new DerReader(signed).in(PkiDer.SEQUENCE);
            info.bytes(PkiDer.INTEGER);
            var subject = PkiSubject.of(info.whole());
            var key = publicKey(info.whole());
            var names = info.hasMore() ? PkiNames.requested(info.in(PkiNames.ATTRIBUTES)) : PkiNames.NONE;
            if (algorithm == null) throw new BadRequestException("csr's signature algorithm is not supported", null);
            if (!verify(algorithm, key, signed, signature))
                throw new BadRequestException("csr is not signed by its own key", null);
            return new PkiRequest(subject, key, names);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new BadRequestException("csr cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] der(String pem) throws BadRequestException {
        int begin = pem.indexOf(LABEL);
        int end = pem.indexOf("-----END", Math.max(begin, 0));
        if (begin < 0 || end < 0 || !pem.startsWith("-----BEGIN "))
            throw new BadRequestException("csr is not a CERTIFICATE REQUEST in PEM", null);
        return Base64.getMimeDecoder().decode(pem.substring(begin + LABEL.length(), end));
    }

    private static PublicKey publicKey(byte[] info) throws GeneralSecurityException {
        var spec = new X509EncodedKeySpec(info);
        try {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        } catch (GeneralSecurityException notEc) {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        }
    }

    private static boolean verify(String algorithm, PublicKey key, byte[] signed, byte[] signature)
            throws GeneralSecurityException {
        var verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(signed);
        return verifier.verify(signature);
    }

    private static boolean strong(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> PkiKeys.isP256(ec);
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= 2048;
            default -> false;
        };
    }
}
