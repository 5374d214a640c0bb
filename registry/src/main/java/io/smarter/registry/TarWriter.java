package io.smarter.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Writes a tar archive (POSIX.1-2001: ustar, with a pax header where a name is too long for it). */
final class TarWriter {
    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    void folder(String path, int mode) throws IOException {
        header(path + "/", mode, 0, '5', "");
    }

    void link(String path, String target) throws IOException {
        header(path, 0777, 0, '2', target);
    }

    /** Adds a file; it is an error if its content changes its size meanwhile. */
    void file(String path, int mode, Content content) throws IOException {
        long size = content.size();
        header(path, mode, size, '0', "");
        try (var in = content.open()) {
            if (in.transferTo(out) != size) throw new IOException(path + ": changed its size while it was read");
        }
        pad(size);
    }

    /** Writes the end of the archive; the stream stays open. */
    void finish() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private void header(String name, int mode, long size, char type, String link) throws IOException {
        var extended = record("path", name) + record("linkpath", link);
        if (!extended.isEmpty()) {
            var text = extended.getBytes(UTF_8);
            block("pax", 0644, text.length, 'x', "");
            out.write(text);
            pad(text.length);
        }
        block(name, mode, size, type, link);
    }

    /** A pax record, {@code LENGTH KEY=VALUE\n} where the length counts itself, if the value needs one. */
    private static String record(String key, String value) {
        if (value.getBytes(UTF_8).length <= NAME_LENGTH) return "";
        var rest = " " + key + "=" + value + "\n";
        int bytes = rest.getBytes(UTF_8).length;
        int length = bytes + Integer.toString(bytes).length();
        if (Integer.toString(length).length() > Integer.toString(bytes).length()) length++;
        return length + rest;
    }

    private void block(String name, int mode, long size, char type, String link) throws IOException {
        var block = new byte[BLOCK];
        text(block, 0, NAME_LENGTH, name);
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        octal(block, 124, 12, size);
        octal(block, 136, 12, 0);
        Arrays.fill(block, 148, 156, (byte) ' ');
        block[156] = (byte) type;
        text(block, 157, NAME_LENGTH, link);
        text(block, 257, 6, "ustar");
        text(block, 263, 2, "00");
        int sum = 0;
        for (byte b : block) sum += b & 0xff;
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private static void text(byte[] block, int at, int room, String text) {
        var bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, room));
    }

    private static void octal(byte[] block, int at, int room, long value) throws IOException {
        var digits = Long.toOctalString(value);
        if (digits.length() >= room) throw new IOException("too large for a tar header: " + value);
        text(block, at, room, "0".repeat(room - 1 - digits.length()) + digits + "\0");
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }
}
