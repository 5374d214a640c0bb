package io.smarter.store;

/** A key with its value. Immutable as long as nobody writes into the value's array, which nobody may. */
public final class Entry {
    private final String key;
    private final byte[] value;
    private final long created;
    private final long revision;

    public Entry(String key, byte[] value, long created, long revision) {
        this.key = key;
        this.value = value;
        this.created = created;
        this.revision = revision;
    }

    public String key() {
        return key;
    }

    /** The value; shared, not to be changed. */
    public byte[] value() {
        return value;
    }

    /** The revision at which the key was made. */
    public long created() {
        return created;
    }

    /** The revision of the last write. */
    public long revision() {
        return revision;
    }

    @Override
    public String toString() {
        return key + "@" + revision;
    }
}
