package io.smarter.pki;

import io.smarter.files.Disk;
import io.smarter.http.Pem;
import io.smarter.http.Tls;
import io.smarter.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The key that signs the tokens of service accounts: JSON web tokens with ES256 (RFC 7515, RFC 7518 §3.4). Immutable. */
public final class AccountKey {
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final String LABEL = "PUBLIC KEY-----";
    private static final int COORDINATE = 32;

    private final PrivateKey own;
    private final ECPublicKey other;
    private final String id;

    private AccountKey(PrivateKey own, ECPublicKey other) {
        this.own = own;
        this.other = other;
        this.id = base64(sha256(other.getEncoded()));
    }

    /** The key in a folder, made when it is not there. A private key alone is what a crash left: nothing was signed by it. */
    static AccountKey open(Path folder) throws IOException {
        var ownFile = folder.resolve("service-accounts.key");
        var otherFile = folder.resolve("service-accounts.pub");
        if (Files.exists(ownFile) && Files.exists(otherFile)) {
            var known = new AccountKey(Pem.privateKey(ownFile), read(otherFile));
            if (PkiKeys.match(known.own, known.other)) return known;
            throw new IOException("%s is not the key of %s".formatted(ownFile, otherFile));
        }
        var keys = Tls.newKeyPair();
        Pem.write(ownFile, keys.getPrivate());
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPublic().getEncoded());
        var text = "-----BEGIN " + LABEL + "\n" + body + "\n-----END " + LABEL + "\n";
        Disk.write(otherFile, text.getBytes(StandardCharsets.US_ASCII), Disk.PUBLIC);
        return new AccountKey(keys.getPrivate(), (ECPublicKey) keys.getPublic());
    }

    private static ECPublicKey read(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.US_ASCII);
        int start = text.indexOf(LABEL);
        int end = text.indexOf("-----END");
        try {
            var der = Base64.getMimeDecoder().decode(text.substring(start + LABEL.length(), end));
            return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException("%s holds no public key: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** A token with these claims. */
    public String sign(Json.Obj claims) {
        var header = Json.obj("alg", "ES256", "kid", id);
        var signed = base64(header.bytes()) + "." + base64(claims.bytes());
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(own);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a token cannot be signed: " + e.getMessage(), e);
        }
    }

    /** The claims of a token that this key signed; null when it is none. */
    public Json.@Nullable Obj claims(String token) {
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first <= 0 || last <= first) return null;
        try {
            var header = Json.parse(decoded(token.substring(0, first)));
            if (!header.textOrEmpty("alg").equals("ES256")
                    || !header.textOrEmpty("kid").equals(id)) return null;
            var verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(other);
            verifier.update(token.substring(0, last).getBytes(StandardCharsets.US_ASCII));
            if (!verifier.verify(decoded(token.substring(last + 1)))) return null;
            return Json.parse(decoded(token.substring(first + 1, last))) instanceof Json.Obj claims ? claims : null;
        } catch (GeneralSecurityException | RuntimeException e) {
            return null; // whatever is wrong with it, it is no token of ours
        }
    }

    /** The public key as a set of one (RFC 7517 §5). */
    public Json.Obj jwks() {
        var point = other.getW();
        return Json.obj(
                "keys",
                Json.arr(Json.obj(
                        "use",
                        "sig",
                        "kty",
                        "EC",
                        "kid",
                        id,
                        "crv",
                        "P-256",
                        "alg",
                        "ES256",
                        "x",
                        base64(coordinate(point.getAffineX())),
                        "y",
                        base64(coordinate(point.getAffineY())))));
    }

    private static byte[] coordinate(BigInteger number) {
        var bytes = number.toByteArray();
        int sign = Math.max(0, bytes.length - COORDINATE);
        var padded = new byte[COORDINATE];
        int length = bytes.length - sign;
        System.arraycopy(Arrays.copyOfRange(bytes, sign, bytes.length), 0, padded, COORDINATE - length, length);
        return padded;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not usable: " + e.getMessage(), e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
