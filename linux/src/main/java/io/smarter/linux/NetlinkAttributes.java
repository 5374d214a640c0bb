package io.smarter.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of a message from the kernel, by their type. */
record NetlinkAttributes(Map<Integer, ByteBuffer> values) {
    private static final int TYPE = 0x3fff;

    /** Reads from where a buffer stands to its end. */
    static NetlinkAttributes read(ByteBuffer from) {
        var values = new HashMap<Integer, ByteBuffer>();
        for (var attribute : list(from)) values.put(attribute.type(), attribute.value());
        return new NetlinkAttributes(values);
    }

    record Attribute(int type, ByteBuffer value) {}

    /** The same where types repeat. */
    static List<Attribute> list(ByteBuffer from) {
        var bytes = from.slice().order(ByteOrder.nativeOrder());
        var list = new ArrayList<Attribute>();
        int at = 0;
        while (at + 4 <= bytes.limit()) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            int type = Short.toUnsignedInt(bytes.getShort(at + 2)) & TYPE;
            if (length < 4 || at + length > bytes.limit()) break;
            list.add(new Attribute(type, bytes.slice(at + 4, length - 4).order(ByteOrder.nativeOrder())));
            at += NetlinkMessage.aligned(length);
        }
        return list;
    }

    @Nullable
    ByteBuffer get(int type) {
        return values.get(type);
    }

    NetlinkAttributes nested(int type) {
        var value = values.get(type);
        return value == null ? new NetlinkAttributes(Map.of()) : read(value);
    }

    int number(int type, int otherwise) {
        var value = values.get(type);
        return value == null || value.limit() < 4 ? otherwise : value.getInt(0);
    }

    String text(int type) {
        var value = values.get(type);
        if (value == null) return "";
        int length = value.limit();
        while (length > 0 && value.get(length - 1) == 0) length--;
        return StandardCharsets.UTF_8.decode(value.slice(0, length)).toString();
    }

    byte[] bytes(int type) {
        var value = values.get(type);
        if (value == null) return new byte[0];
        var bytes = new byte[value.limit()];
        value.get(0, bytes);
        return bytes;
    }
}
