package io.smarter.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what may not lie on disk as it is: AES-256-GCM (NIST SP 800-38D) with a nonce of its own for each time, bound
 * to the name of what it is, so that one file can't stand in for another. Safe for use by many threads.
 *
 * <p>Layout: {@code SMS1}, 8 bytes by which the key is told from others, 12 bytes of nonce, content and tag of 16 bytes.
 */
final class Seal {
    /** How many bytes a key has. */
    static final int KEY = 32;

    private static final byte[] MAGIC = "SMS1".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_NAME = 8;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int HEAD = MAGIC.length + KEY_NAME + NONCE;

    private final SecretKey key;
    private final byte[] head;
    private final SecureRandom random = new SecureRandom();

    /** What is on disk can't be had back; the message says why. */
    static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenException(String message) {
            super(message);
        }
    }

    /** Seals with a key of {@link #KEY} bytes, wherever that comes from. */
    Seal(byte[] key) {
        if (key.length != KEY)
            throw new IllegalArgumentException("key: must have %d bytes, has %d".formatted(KEY, key.length));
        this.key = new SecretKeySpec(key, "AES");
        this.head = ByteBuffer.allocate(MAGIC.length + KEY_NAME)
                .put(MAGIC)
                .put(name(key), 0, KEY_NAME)
                .array();
    }

    /** The content, sealed under a name. */
    byte[] close(String name, byte[] content) {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, name, nonce);
            return ByteBuffer.allocate(HEAD + content.length + TAG)
                    .put(head)
                    .put(nonce)
                    .put(cipher.doFinal(content))
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't seal: " + e.getMessage(), e);
        }
    }

    /** What was sealed under a name. */
    byte[] open(String name, byte[] sealed) throws BrokenException {
        if (sealed.length < HEAD + TAG || !Arrays.equals(sealed, 0, MAGIC.length, MAGIC, 0, MAGIC.length))
            throw new BrokenException("it is not a sealed file");
        if (!Arrays.equals(sealed, 0, head.length, head, 0, head.length))
            throw new BrokenException("it was sealed with another key than this node's");
        try {
            var cipher = cipher(Cipher.DECRYPT_MODE, name, Arrays.copyOfRange(sealed, head.length, HEAD));
            return cipher.doFinal(sealed, HEAD, sealed.length - HEAD);
        } catch (AEADBadTagException e) {
            throw new BrokenException("it was changed after it was sealed, or is another's");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't open what is sealed: " + e.getMessage(), e);
        }
    }

    private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
        cipher.updateAAD(head);
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] name(byte[] key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("name of a key of SMARTER".getBytes(StandardCharsets.US_ASCII));
            return digest.digest(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
