package io.smarter.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Reads the small text files of /proc and /sys, at most {@link #MAX} bytes of each. */
final class ProcFile {
    private static final int MAX = 256 << 10;

    private ProcFile() {}

    static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX), StandardCharsets.UTF_8);
        }
    }

    /** The lines as lists of words, which are divided by white space and colons. */
    static List<List<String>> words(Path file) throws IOException {
        var lines = new ArrayList<List<String>>();
        var all = new StringTokenizer(text(file), "\n");
        while (all.hasMoreTokens()) {
            var words = new ArrayList<String>();
            var line = new StringTokenizer(all.nextToken(), " \t:");
            while (line.hasMoreTokens()) words.add(line.nextToken());
            if (!words.isEmpty()) lines.add(words);
        }
        return lines;
    }

    /** The number that a word is, or NaN. */
    static double number(List<String> words, int index) {
        try {
            return index < words.size() ? Double.parseDouble(words.get(index)) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
