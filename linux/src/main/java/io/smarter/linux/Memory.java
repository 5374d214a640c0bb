package io.smarter.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine's memory in bytes, proc_meminfo(5).
 *
 * @param inactiveFile what the kernel keeps of files and can take back at once
 * @param anonymous what belongs to no file
 */
public record Memory(long total, long free, long inactiveFile, long anonymous, long swapTotal, long swapFree) {
    /** That of the machine that a process file system tells of. */
    public static Memory of(Path proc) throws IOException {
        var text = Files.readString(proc.resolve("meminfo"), StandardCharsets.US_ASCII);
        return new Memory(
                value(text, "MemTotal:"),
                value(text, "MemFree:"),
                value(text, "Inactive(file):"),
                value(text, "AnonPages:"),
                value(text, "SwapTotal:"),
                value(text, "SwapFree:"));
    }

    public long used() {
        return total - free;
    }

    /** What can be had without harm, as Kubernetes counts it. */
    public long available() {
        return Math.min(total, free + inactiveFile);
    }

    private static long value(String text, String name) {
        int at = ("\n" + text).indexOf("\n" + name);
        if (at < 0) return 0;
        long kibi = 0;
        for (int i = at + name.length(); i < text.length() && text.charAt(i) != '\n'; i++)
            if (Character.isDigit(text.charAt(i))) kibi = kibi * 10 + text.charAt(i) - '0';
        return kibi * 1024;
    }
}
