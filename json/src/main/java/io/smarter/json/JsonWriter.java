package io.smarter.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes JSON texts in UTF-8 into a buffer that grows. Used by one thread. */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] out;
    private int size;

    public JsonWriter(int capacity) {
        out = new byte[Math.max(16, capacity)];
    }

    /** What has been written so far. */
    public byte[] bytes() {
        return Arrays.copyOf(out, size);
    }

    /** Adds text that is JSON already, such as an object's stored bytes. */
    public JsonWriter raw(byte[] json) {
        raw(json, 0, json.length);
        return this;
    }

    public JsonWriter raw(String ascii) {
        return raw(ascii.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a value without white space. */
    public JsonWriter write(Json value) {
        switch (value) {
            case Json.Null _ -> raw("null");
            case Json.Bool(var flag) -> raw(flag ? "true" : "false");
            case Json.Num(var literal) -> raw(literal);
            case Json.Str(var text) -> string(text);
            case Json.Arr(var items) -> {
                put('[');
                boolean first = true;
                for (var item : items) {
                    if (!first) put(',');
                    first = false;
                    write(item);
                }
                put(']');
            }
            case Json.Obj(var members) -> {
                put('{');
                boolean first = true;
                for (var member : members.entrySet()) {
                    if (!first) put(',');
                    first = false;
                    string(member.getKey());
                    put(':');
                    write(member.getValue());
                }
                put('}');
            }
        }
        return this;
    }

    /** Adds a value indented by two spaces, and a line feed. */
    public JsonWriter writePretty(Json value) {
        pretty(value, "\n");
        put('\n');
        return this;
    }

    private void pretty(Json value, String newline) {
        switch (value) {
            case Json.Arr(var items)
            when !items.isEmpty() -> {
                put('[');
                boolean first = true;
                for (var item : items) {
                    if (!first) put(',');
                    first = false;
                    raw(newline + "  ");
                    pretty(item, newline + "  ");
                }
                raw(newline);
                put(']');
            }
            case Json.Obj(var members)
            when !members.isEmpty() -> {
                put('{');
                boolean first = true;
                for (var member : members.entrySet()) {
                    if (!first) put(',');
                    first = false;
                    raw(newline + "  ");
                    string(member.getKey());
                    raw(": ");
                    pretty(member.getValue(), newline + "  ");
                }
                raw(newline);
                put('}');
            }
            default -> write(value);
        }
    }

    /** Copies what lies between two characters that must be escaped in one go: most texts have none. */
    private void string(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        ensure(utf8.length + 2);
        put('"');
        int from = 0;
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b < 0 || b >= 0x20 && b != '"' && b != '\\') continue;
            raw(utf8, from, i);
            escape(b);
            from = i + 1;
        }
        raw(utf8, from, utf8.length);
        put('"');
    }

    private void escape(byte ascii) {
        switch (ascii) {
            case '"', '\\' -> {
                put('\\');
                put((char) ascii);
            }
            case '\n' -> raw("\\n");
            case '\r' -> raw("\\r");
            case '\t' -> raw("\\t");
            default -> {
                raw("\\u00");
                put((char) HEX[ascii >> 4]);
                put((char) HEX[ascii & 15]);
            }
        }
    }

    private void raw(byte[] json, int from, int to) {
        ensure(to - from);
        System.arraycopy(json, from, out, size, to - from);
        size += to - from;
    }

    private void put(char ascii) {
        ensure(1);
        out[size++] = (byte) ascii;
    }

    private void ensure(int more) {
        if (size + more > out.length) out = Arrays.copyOf(out, Math.max(size + more, out.length * 2));
    }
}
