package io.smarter.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Header blocks of one SPDY/3.1 connection (§2.6.10): one compressed stream in each direction for all of its life, so
 * every block must pass here, in order. Not safe for use by many threads; each direction has one user.
 */
final class SpdyHeaderBlock implements AutoCloseable {
    private static final int MAX_BLOCK = 64 << 10;
    private static final List<String> WORDS = List.of(
            "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age",
            "allow authorization cache-control connection content-base content-encoding content-language",
            "content-length content-location content-md5 content-range content-type date etag expect expires from host",
            "if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards",
            "pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer",
            "transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200_OK version",
            "HTTP/1.1 url public set-cookie keep-alive origin");
    private static final String TAIL =
            "100101201202205206300302303304305306307402405406407408409410411412413414415416417"
                    + "502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
                    + "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
                    + "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, "
                    + "Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,"
                    + "text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,"
                    + "*,enq=0.";

    private final byte[] dictionary = dictionary();
    private final Deflater deflater = new Deflater();
    private final Inflater inflater = new Inflater();

    SpdyHeaderBlock() {
        deflater.setDictionary(dictionary);
    }

    /** The dictionary that both ends start with: words with their lengths, then a run of common texts. */
    static byte[] dictionary() {
        var out = new ByteArrayOutputStream(1423);
        for (var word : String.join(" ", WORDS).split(" ")) {
            var text = word.replace('_', ' ').getBytes(StandardCharsets.US_ASCII);
            out.writeBytes(ByteBuffer.allocate(4).putInt(text.length).array());
            out.writeBytes(text);
        }
        out.writeBytes(TAIL.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    byte[] compress(Headers headers) {
        var fields = new LinkedHashMap<String, String>();
        headers.forEach((name, value) -> fields.merge(name, value, (one, more) -> one + "\0" + more));
        var plain = new ByteArrayOutputStream();
        plain.writeBytes(ByteBuffer.allocate(4).putInt(fields.size()).array());
        fields.forEach((name, value) -> {
            text(plain, name);
            text(plain, value);
        });
        deflater.setInput(plain.toByteArray());
        var packed = new ByteArrayOutputStream();
        var part = new byte[512];
        int count;
        do {
            count = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
            packed.write(part, 0, count);
        } while (count == part.length);
        return packed.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }

    Headers decompress(byte[] packed) throws IOException {
        try {
            return parse(ByteBuffer.wrap(inflate(packed)));
        } catch (DataFormatException | BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("SPDY header block cannot be read: " + e.getMessage(), e);
        }
    }

    private byte[] inflate(byte[] packed) throws IOException, DataFormatException {
        inflater.setInput(packed);
        var plain = new ByteArrayOutputStream();
        var part = new byte[2048];
        while (true) {
            int count = inflater.inflate(part);
            plain.write(part, 0, count);
            if (plain.size() > MAX_BLOCK) throw new IOException("SPDY header block is longer than " + MAX_BLOCK);
            if (inflater.needsDictionary()) inflater.setDictionary(dictionary);
            else if (count == 0) return plain.toByteArray();
        }
    }

    private static Headers parse(ByteBuffer plain) {
        var headers = new Headers();
        int count = plain.getInt();
        for (int i = 0; i < count; i++) {
            var name = text(plain);
            for (var value : text(plain).split("\0", -1)) headers.add(name, value);
        }
        return headers;
    }

    private static String text(ByteBuffer plain) {
        int length = plain.getInt();
        if (length < 0 || length > plain.remaining()) throw new BufferUnderflowException();
        var bytes = new byte[length];
        plain.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
