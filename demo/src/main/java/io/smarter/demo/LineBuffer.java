package io.smarter.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Lines that wait to be sent, at most so many bytes of them: the oldest are dropped, and counted. Safe for use by many threads. */
final class LineBuffer {
    private final int maxBytes;
    private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    private int bytes;
    private long dropped;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized void add(byte[] line) {
        lines.addLast(line);
        bytes += line.length;
        trim();
        notifyAll();
    }

    /** Waits for a line, and takes it and those after it, at most so many bytes but at least one line. */
    synchronized List<byte[]> take(int most) throws InterruptedException {
        while (lines.isEmpty()) wait();
        var taken = new ArrayList<byte[]>();
        int size = 0;
        while (!lines.isEmpty() && (taken.isEmpty() || size + lines.getFirst().length <= most)) {
            var line = lines.removeFirst();
            size += line.length;
            taken.add(line);
        }
        bytes -= size;
        return taken;
    }

    /** Puts lines back to where they were taken from. */
    synchronized void putBack(List<byte[]> taken) {
        for (var line : taken.reversed()) {
            lines.addFirst(line);
            bytes += line.length;
        }
        trim();
    }

    /** How many lines wait, and how many were dropped so far, for a log. */
    synchronized String state() {
        return lines.size() + " lines wait, " + dropped + " dropped";
    }

    private void trim() {
        while (bytes > maxBytes && lines.size() > 1) {
            bytes -= lines.removeFirst().length;
            dropped++;
        }
    }
}
