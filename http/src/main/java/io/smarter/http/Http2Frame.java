package io.smarter.http;

/** Frame types, flags, settings and sizes (RFC 9113 §6), and our limits. */
final class Http2Frame {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 0x1;
    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int WITH_PRIORITY = 0x20;

    static final int SETTING_TABLE_SIZE = 1;
    static final int SETTING_ENABLE_PUSH = 2;
    static final int SETTING_MAX_STREAMS = 3;
    static final int SETTING_INITIAL_WINDOW = 4;
    static final int SETTING_MAX_FRAME = 5;
    static final int SETTING_MAX_LIST = 6;

    static final int HEADER_SIZE = 9;

    /** The largest frame that we send or accept: the smallest limit that the protocol allows. */
    static final int MAX_SIZE = 16_384;

    /** How large a header block may be, on the wire and decoded. */
    static final int MAX_HEADER_BLOCK = 64 << 10;

    static final int DEFAULT_WINDOW = 65_535;

    private Http2Frame() {}
}
