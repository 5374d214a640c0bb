package io.smarter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Bytes both ways. Closing {@link #out} says that no more will be sent (half-close); {@link #close} ends both
 * directions, and wakes whoever reads or writes. One thread may read while another writes.
 */
public interface Duplex extends AutoCloseable {
    InputStream in();

    /** What is written is on its way after {@code flush}. */
    OutputStream out();

    @Override
    void close() throws IOException;
}
