package io.smarter.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The static table of HPACK and one dynamic table behind it (RFC 7541 §2.3): index 1 is the first static field, index 62
 * the newest dynamic one. Used under one lock.
 */
final class HpackTable {
    /** What each field counts beyond its name and value (RFC 7541 §4.1). */
    static final int OVERHEAD = 32;

    static final int DEFAULT_CAPACITY = 4096;

    /** The static table (RFC 7541 appendix A), name and value by turns. */
    private static final String[] STATIC = """
            :authority||:method|GET|:method|POST|:path|/|:path|/index.html|:scheme|http|:scheme|https|:status|200|\
            :status|204|:status|206|:status|304|:status|400|:status|404|:status|500|accept-charset||\
            accept-encoding|gzip, deflate|accept-language||accept-ranges||accept||access-control-allow-origin||age||\
            allow||authorization||cache-control||content-disposition||content-encoding||content-language||\
            content-length||content-location||content-range||content-type||cookie||date||etag||expect||expires||from||\
            host||if-match||if-modified-since||if-none-match||if-range||if-unmodified-since||last-modified||link||\
            location||max-forwards||proxy-authenticate||proxy-authorization||range||referer||refresh||retry-after||\
            server||set-cookie||strict-transport-security||transfer-encoding||user-agent||vary||via||\
            www-authenticate|""".split("\\|", -1);

    private static final int STATIC_SIZE = STATIC.length / 2;

    record Field(String name, String value) {
        int size() {
            return name.length() + value.length() + OVERHEAD;
        }
    }

    /** Oldest first, so that eviction and insertion need no shifting of more than a few references. */
    private final List<Field> dynamic = new ArrayList<>(0);

    private int capacity = DEFAULT_CAPACITY;
    private int size;

    int capacity() {
        return capacity;
    }

    void resize(int newCapacity) {
        capacity = newCapacity;
        evict(0);
    }

    /** Adds a field, making room; a field larger than the whole table empties it. */
    void add(String name, String value) {
        var field = new Field(name, value);
        evict(field.size());
        if (field.size() > capacity) return;
        dynamic.add(field);
        size += field.size();
    }

    @Nullable
    String name(int index) {
        if (index < 1) return null;
        if (index <= STATIC_SIZE) return STATIC[2 * index - 2];
        var field = dynamic(index);
        return field == null ? null : field.name;
    }

    @Nullable
    String value(int index) {
        if (index < 1) return null;
        if (index <= STATIC_SIZE) return STATIC[2 * index - 1];
        var field = dynamic(index);
        return field == null ? null : field.value;
    }

    /** The index of a field, or 0. */
    int find(String name, String value) {
        for (int i = 0; i < STATIC_SIZE; i++) {
            if (STATIC[2 * i].equals(name) && STATIC[2 * i + 1].equals(value)) return i + 1;
        }
        for (int i = dynamic.size() - 1; i >= 0; i--) {
            var field = dynamic.get(i);
            if (field.name.equals(name) && field.value.equals(value)) return STATIC_SIZE + dynamic.size() - i;
        }
        return 0;
    }

    /** The index of a field with this name, or 0. */
    int findName(String name) {
        for (int i = 0; i < STATIC_SIZE; i++) {
            if (STATIC[2 * i].equals(name)) return i + 1;
        }
        for (int i = dynamic.size() - 1; i >= 0; i--) {
            if (dynamic.get(i).name.equals(name)) return STATIC_SIZE + dynamic.size() - i;
        }
        return 0;
    }

    private @Nullable Field dynamic(int index) {
        int at = dynamic.size() - (index - STATIC_SIZE);
        return at < 0 ? null : dynamic.get(at);
    }

    private void evict(int needed) {
        while (!dynamic.isEmpty() && size + needed > capacity)
            size -= dynamic.removeFirst().size();
    }
}
