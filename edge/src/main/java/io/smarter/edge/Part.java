package io.smarter.edge;

import java.io.IOException;
import java.util.function.Consumer;

/** Something that the program does for its node. */
interface Part extends AutoCloseable {
    /**
     * Begins; returns when it goes on by itself.
     *
     * @param failed is told what keeps it from going on, at most once
     * @throws IOException saying what of the settings or the machine does not allow it
     */
    void start(Consumer<IOException> failed) throws IOException;

    /** Takes away all that it put on the node. */
    void remove() throws IOException;

    /** Ends, and leaves on the node what it put there. */
    @Override
    void close();
}
