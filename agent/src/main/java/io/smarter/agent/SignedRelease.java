package io.smarter.agent;

import io.smarter.api.User;
import io.smarter.http.Pem;
import io.smarter.http.Subject;
import io.smarter.http.TlsIdentity;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * A {@link Release} that an administrator of the cloud vouches for: signed with the key of their client certificate. What
 * a cloud keeps is not trusted for being there, and no key is needed that nobody has yet.
 *
 * @param text the release as JSON, of which every byte is signed
 */
public record SignedRelease(String text, X509Certificate signer, String signature) {
    /** Somebody's word for a release. */
    public static SignedRelease sign(Release release, TlsIdentity administrator) {
        var text = release.json().compact();
        try {
            var signing = Signature.getInstance(algorithm(administrator.key()));
            signing.initSign(administrator.key());
            signing.update(text.getBytes(StandardCharsets.UTF_8));
            var signature = Base64.getEncoder().encodeToString(signing.sign());
            return new SignedRelease(text, administrator.chain().getFirst(), signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("version %s can't be signed".formatted(release.version()), e);
        }
    }

    private static String algorithm(Key key) {
        return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    }

    /**
     * Reads what {@link #bytes} writes; nothing of it is trusted yet.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static SignedRelease parse(byte[] bytes) {
        try {
            var json = Json.parse(bytes);
            var signers = Pem.certificates(json.textOrEmpty("certificate"));
            return new SignedRelease(json.textOrEmpty("release"), signers.getFirst(), json.textOrEmpty("signature"));
        } catch (JsonException e) {
            throw new IllegalArgumentException("is not JSON: " + e.getMessage(), e);
        }
    }

    public byte[] bytes() {
        return Json.obj("release", text, "certificate", Pem.text(signer), "signature", signature)
                .bytes();
    }

    /**
     * The release, if an administrator signed it while their certificate was valid. That it may have run out since is no
     * reason to refuse it, and neither is what this machine's clock says.
     *
     * @param authorities of which one must have issued the signer's certificate
     * @throws IllegalArgumentException if it is not to be trusted; the message says why
     */
    public Release verified(List<X509Certificate> authorities) {
        if (authorities.stream().noneMatch(this::isIssuedBy))
            throw new IllegalArgumentException(
                    "is signed by somebody whom the cloud does not know: " + signer.getSubjectX500Principal());
        if (!Subject.of(signer).organizations().contains(User.MASTERS))
            throw new IllegalArgumentException(
                    "is signed by %s, who is not of %s".formatted(signer.getSubjectX500Principal(), User.MASTERS));
        if (!isSigned()) throw new IllegalArgumentException("is not what was signed");
        var release = release();
        if (release.signed().isBefore(signer.getNotBefore().toInstant())
                || release.signed().isAfter(signer.getNotAfter().toInstant()))
            throw new IllegalArgumentException(
                    "was signed at %s, when the signer's certificate was not valid".formatted(release.signed()));
        return release;
    }

    private Release release() {
        try {
            return Release.of(Json.parse(text));
        } catch (JsonException e) {
            throw new IllegalArgumentException("is not JSON: " + e.getMessage(), e);
        }
    }

    private boolean isIssuedBy(X509Certificate authority) {
        try {
            signer.verify(authority.getPublicKey());
            return signer.getIssuerX500Principal().equals(authority.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private boolean isSigned() {
        try {
            var checking = Signature.getInstance(algorithm(signer.getPublicKey()));
            checking.initVerify(signer.getPublicKey());
            checking.update(text.getBytes(StandardCharsets.UTF_8));
            return checking.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
