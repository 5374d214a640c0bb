package io.smarter.gateway;

import java.util.Base64;

/** A one-use join token: {@code smt1.ID.SECRET.PIN}. */
final class JoinToken {
    private static final int PIN = 32;

    private final String text;
    private final byte[] pin;

    private JoinToken(String text, byte[] pin) {
        this.text = text;
        this.pin = pin;
    }

    /**
     * Reads a token.
     *
     * @throws IllegalArgumentException if it is none; the message does not show it
     */
    static JoinToken parse(String text) {
        var parts = text.strip().split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals("smt1"))
            throw new IllegalArgumentException("token: must be smt1.ID.SECRET.PIN");
        byte[] pin;
        try {
            pin = Base64.getUrlDecoder().decode(parts[3]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("token: its last part must be base64url", e);
        }
        if (pin.length != PIN) throw new IllegalArgumentException("token: its last part must be 32 bytes long");
        return new JoinToken(text.strip(), pin);
    }

    /** All of it, as the cloud wants it. */
    String text() {
        return text;
    }

    /** The SHA-256 of the public key of the cloud's certificate authority, by which the cloud is known. */
    byte[] pin() {
        return pin.clone();
    }
}
