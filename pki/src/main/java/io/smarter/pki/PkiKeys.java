package io.smarter.pki;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;

/** Key pairs on the curve P-256. */
final class PkiKeys {
    private static final String P256_ORDER =
            "115792089210356248762697446949407573529996955224135760342422259061068512044369";

    private PkiKeys() {}

    static boolean isP256(ECPublicKey key) {
        return key.getParams().getOrder().toString().equals(P256_ORDER);
    }

    /** Whether a public key belongs to a private one: a signature of the one is valid for the other. */
    static boolean match(PrivateKey own, PublicKey other) {
        try {
            var signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(own);
            var signature = signer.sign();
            signer.initVerify(other);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
