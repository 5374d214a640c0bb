package io.smarter.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.function.Consumer;

/** Reads one JSON text (RFC 8259) in UTF-8. Used once, by one thread. */
public final class JsonReader {
    /** How deep arrays and objects may nest. The API server's own limit is far above what any object needs. */
    public static final int MAX_DEPTH = 256;

    /** Of so many members that are given twice the reader tells, and so much of the path of each. */
    private static final int MAX_DUPLICATES = 100;

    private static final int MAX_NAME = 1024;

    private static final Names NAMES = new Names();

    private final byte[] in;
    private final Consumer<String> duplicates;
    private int told;
    private final Deque<String> path = new ArrayDeque<>();
    private int at;
    private int depth;

    /**
     * @param utf8 the text
     * @param duplicates is told the dotted path of each member that is given twice, of the first
     *     hundred; the last one counts
     */
    public JsonReader(byte[] utf8, Consumer<String> duplicates) {
        this.in = utf8;
        this.duplicates = duplicates;
    }

    /** The value, which must be all there is in the text. */
    public Json read() {
        var value = value();
        skipSpace();
        if (at < in.length) throw wrong("invalid character " + show(in[at]) + " after top-level value");
        return value;
    }

    private Json value() {
        skipSpace();
        if (at >= in.length) throw wrong("unexpected end of JSON input");
        return switch (in[at]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Str(string());
            case 't' -> literal("true", Json.Bool.TRUE);
            case 'f' -> literal("false", Json.Bool.FALSE);
            case 'n' -> literal("null", Json.Null.NULL);
            default -> number();
        };
    }

    private Json object() {
        enter();
        var members = new Members.Builder();
        if (next() == '}') return leave(members.build());
        while (true) {
            if (next() != '"') throw wrong("expected a member name, found " + show(in[at]));
            var name = name();
            if (next() != ':') throw wrong("expected ':' after member name, found " + show(in[at]));
            at++;
            path.addLast(name);
            if (members.put(name, value())) duplicate();
            path.removeLast();
            if (next() == '}') return leave(members.build());
            if (in[at] != ',') throw wrong("expected ',' or '}' in object, found " + show(in[at]));
            at++;
        }
    }

    private void duplicate() {
        if (told++ >= MAX_DUPLICATES) return;
        var name = String.join(".", path);
        duplicates.accept(name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...");
    }

    private Json array() {
        enter();
        var items = new ArrayList<Json>();
        if (next() == ']') return leave(new Json.Arr(items));
        while (true) {
            path.addLast("[" + items.size() + "]");
            items.add(value());
            path.removeLast();
            if (next() == ']') return leave(new Json.Arr(items));
            if (in[at] != ',') throw wrong("expected ',' or ']' in array, found " + show(in[at]));
            at++;
        }
    }

    private void enter() {
        if (++depth > MAX_DEPTH) throw wrong("nested deeper than " + MAX_DEPTH);
        at++;
    }

    private Json leave(Json container) {
        depth--;
        at++;
        return container;
    }

    private Json literal(String word, Json value) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= in.length) throw wrong("unexpected end of JSON input");
            if (in[at + i] != word.charAt(i))
                throw wrong("invalid character " + show(in[at + i]) + " in literal " + word);
        }
        at += word.length();
        return value;
    }

    private Json number() {
        int start = at;
        if (peek() == '-') at++;
        if (peek() == '0') at++;
        else digits();
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') at++;
            digits();
        }
        return new Json.Num(new String(in, start, at - start, StandardCharsets.ISO_8859_1));
    }

    private void digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') at++;
        if (at == start)
            throw wrong(
                    at < in.length
                            ? "invalid character " + show(in[at]) + " looking for a value"
                            : "unexpected end of JSON input");
    }

    private String name() {
        int end = at + 1;
        while (end < in.length && in[end] != '"' && in[end] != '\\' && in[end] >= 0x20) end++;
        if (end >= in.length || in[end] != '"') return string();
        var name = NAMES.of(in, at + 1, end);
        at = end + 1;
        return name;
    }

    private String string() {
        at++;
        var text = plain();
        if (peek() == '"') {
            at++;
            return text;
        }
        var whole = new StringBuilder(text);
        while (true) {
            if (at >= in.length) throw wrong("unexpected end of JSON input");
            if (in[at] == '"') {
                at++;
                return whole.toString();
            }
            if (in[at] != '\\') throw wrong("invalid character " + show(in[at]) + " in string literal");
            at++;
            whole.append(escape()).append(plain());
        }
    }

    /** The text up to what ends it or is escaped. Pure ASCII, the common case, takes the short way through the decoder. */
    private String plain() {
        var bytes = in;
        int start = at;
        int end = start;
        int all = 0;
        for (; end < bytes.length; end++) {
            byte b = bytes[end];
            if (b == '"' || b == '\\' || b >= 0 && b < 0x20) break;
            all |= b;
        }
        at = end;
        return all < 0 ? decode(start, end) : new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private char escape() {
        if (at >= in.length) throw wrong("unexpected end of JSON input");
        byte kind = in[at++];
        return switch (kind) {
            case '"', '\\', '/' -> (char) kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("invalid character " + show(kind) + " in string escape code");
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) throw wrong("four hexadecimal digits expected after \\u");
            value = value << 4 | digit;
            at++;
        }
        return (char) value;
    }

    private String decode(int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(in, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JsonException("invalid UTF-8 in string at byte " + from, e);
        }
    }

    /** The next byte that is not white space; the position is on it afterwards. */
    private byte next() {
        skipSpace();
        if (at >= in.length) throw wrong("unexpected end of JSON input");
        return in[at];
    }

    private char peek() {
        return at < in.length ? (char) (in[at] & 0xff) : '\0';
    }

    private void skipSpace() {
        while (at < in.length && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) at++;
    }

    private JsonException wrong(String what) {
        return new JsonException(what + " at byte " + at);
    }

    private static String show(byte b) {
        return b >= 0x20 && b < 0x7f ? "'" + (char) b + "'" : "0x%02x".formatted(b & 0xff);
    }
}
