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
        ensure(json.length);
        System.arraycopy(json, 0, out, size, json.length);
        size += json.length;
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

    private void string(String text) {
        ensure(text.length() + 2);
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                int end = i;
                while (end < text.length() && text.charAt(end) >= 0x80) end++;
                raw(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
            } else {
                ascii(c);
            }
        }
        put('"');
    }

    private void ascii(char c) {
        switch (c) {
            case '"', '\\' -> {
                put('\\');
                put(c);
            }
            case '\n' -> raw("\\n");
            case '\r' -> raw("\\r");
            case '\t' -> raw("\\t");
            default -> {
                if (c >= 0x20) {
                    put(c);
                } else {
                    raw("\\u00");
                    put((char) HEX[c >> 4]);
                    put((char) HEX[c & 15]);
                }
            }
        }
    }

    private void put(char ascii) {
        ensure(1);
        out[size++] = (byte) ascii;
    }

    private void ensure(int more) {
        if (size + more > out.length) out = Arrays.copyOf(out, Math.max(size + more, out.length * 2));
    }
}
