package io.smarter.apiserver;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.SequencedSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/** Signs certificates with an authority's key. Knows nothing of files. */
@SuppressWarnings("JavaUtilDate") // the type that X.509 builders take
final class PkiIssuer {
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final int MAX_CSR = 16 << 10;

    private final X509Certificate authority;
    private final PrivateKey key;

    PkiIssuer(X509Certificate authority, PrivateKey key) {
        this.authority = authority;
        this.key = key;
    }

    X509Certificate authority() {
        return authority;
    }

    /** A request for a certificate that cannot be granted; the message says why. */
    static final class BadRequestException extends Exception {
        private static final long serialVersionUID = 1L;

        BadRequestException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    static X509Certificate selfSigned(KeyPair keys, String commonName, Duration life) {
        var name = name(commonName, List.of());
        try {
            var builder = builder(name, name, keys.getPublic(), life)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            return sign(builder, keys.getPrivate());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("certificate of %s cannot be built".formatted(commonName), e);
        }
    }

    X509Certificate client(PublicKey owner, String commonName, List<String> organizations, Duration life) {
        return issue(owner, name(commonName, organizations), KeyPurposeId.id_kp_clientAuth, null, life);
    }

    /** @param names host names and IP addresses, at least one */
    X509Certificate server(PublicKey owner, SequencedSet<PkiName> names, Duration life) {
        var alternatives = new GeneralNames(names.stream()
                .map(name -> new GeneralName(name.address() ? GeneralName.iPAddress : GeneralName.dNSName, name.text()))
                .toArray(GeneralName[]::new));
        return issue(owner, name("smarter", List.of()), KeyPurposeId.id_kp_serverAuth, alternatives, life);
    }

    private X509Certificate issue(
            PublicKey owner, X500Name subject, KeyPurposeId usage, @Nullable GeneralNames alternatives, Duration life) {
        try {
            var identifiers = new JcaX509ExtensionUtils();
            var builder = builder(
                            X500Name.getInstance(
                                    authority.getSubjectX500Principal().getEncoded()),
                            subject,
                            owner,
                            life)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usage))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            identifiers.createAuthorityKeyIdentifier(authority.getPublicKey()));
            if (alternatives != null) builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            return sign(builder, key);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("certificate of %s cannot be built".formatted(subject), e);
        }
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey owner, Duration life) {
        var now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(life)),
                subject,
                owner);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("cannot sign with an EC key", e);
        }
    }

    private static X500Name name(String commonName, List<String> organizations) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        for (var organization : organizations) name.addRDN(BCStyle.O, organization);
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    /**
     * The key of a PKCS#10 request (RFC 2986) that its owner signed. Of the subject only the common name counts, and it
     * must be the expected one; what else is requested is ignored.
     */
    static PublicKey requestedKey(String pem, String commonName) throws BadRequestException {
        if (pem.length() > MAX_CSR)
            throw new BadRequestException("csr is longer than %d bytes".formatted(MAX_CSR), null);
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest request))
                throw new BadRequestException("csr is not a CERTIFICATE REQUEST in PEM", null);
            var names = request.getSubject().getRDNs(BCStyle.CN);
            if (names.length != 1
                    || !commonName.equals(names[0].getFirst().getValue().toString()))
                throw new BadRequestException("csr's common name must be " + commonName, null);
            var owner = new JcaPKCS10CertificationRequest(request).getPublicKey();
            if (!strong(owner))
                throw new BadRequestException("csr's key must be EC P-256 or RSA of 2048 bits or more", null);
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(owner)))
                throw new BadRequestException("csr is not signed by its own key", null);
            return owner;
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | RuntimeException e) {
            throw new BadRequestException("csr cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean strong(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> PkiKeys.isP256(ec);
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= 2048;
            default -> false;
        };
    }
}
