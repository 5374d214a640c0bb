package io.smarter.serial;

import io.smarter.linux.LineSettings;

/** What clients may do to a port besides sending bytes. Works without a device, too: then for when there is one again. */
interface Line {
    /** Such as {@code /dev/ttyUSB0}. */
    String name();

    LineSettings settings();

    /** Changes what can be changed; gives what the settings are then. */
    LineSettings set(LineSettings settings);

    /** The lines that are on, in the bits of {@code SerialPort}. */
    int lines();

    void setLines(int lines, boolean on);

    boolean breaking();

    void setBreak(boolean on);

    /** Forgets what has not been sent yet. */
    void purgeOutput();
}
