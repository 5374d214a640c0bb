package io.smarter.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Values as the kernel's rules keep them, in hexadecimal digits; each fills up words of four bytes. */
final class Hex {
    private static final int NAME_BYTES = 16;

    private Hex() {}

    static String of(InetAddress address) {
        return HexFormat.of().formatHex(address.getAddress());
    }

    /** An Ethernet address like {@code 0a:58:0a:27:00:02}. */
    static String ofMac(String mac) {
        return mac.replace(":", "") + "0000";
    }

    static String ofInterface(String name) {
        return HexFormat.of().formatHex(Arrays.copyOf(name.getBytes(UTF_8), NAME_BYTES));
    }

    static String toInterface(String hex) {
        return new String(HexFormat.of().parseHex(hex), UTF_8).replace("\0", "");
    }

    static String ofMark(int mark) {
        var bytes = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(mark);
        return HexFormat.of().formatHex(bytes.array());
    }

    static String ofPort(int port) {
        return "%04x0000".formatted(port);
    }

    static String ofProtocol(int number) {
        return "%02x000000".formatted(number);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
