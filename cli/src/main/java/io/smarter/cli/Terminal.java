package io.smarter.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** What commands print while they work: steps with the time each took, a moving line on a terminal, tables. */
final class Terminal {
    private static final String[] SPIN = {"|", "/", "-", "\\"};
    private static final Duration BEAT = Duration.ofMillis(120);
    private static final int LEAST_COLUMN = 12;

    private final PrintStream out;
    private final boolean interactive;

    private Terminal(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** Standard output; it moves and has colours only when a person looks at it. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where nobody looks (JDK-8351435)
    static Terminal standard() {
        var console = System.console();
        return new Terminal(System.out, console != null && console.isTerminal() && System.getenv("NO_COLOR") == null);
    }

    /** Nowhere. */
    static Terminal silent() {
        return new Terminal(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
    }

    void print(String line) {
        out.println(line);
    }

    /** Runs a step, showing that it goes on, then how long it took. */
    <T> T step(String what, Callable<T> work) throws Exception {
        long start = System.nanoTime();
        T result;
        try (var _ = new Spinner(what)) {
            result = work.call();
        } catch (Exception e) {
            out.printf("%s%s%n", mark("\u001b[31m", "failed  "), what);
            throw e;
        }
        out.printf("%s%-50s %6.1f s%n", mark("\u001b[32m", "ok  "), what, (System.nanoTime() - start) / 1e9);
        return result;
    }

    private String mark(String colour, String text) {
        return interactive ? colour + text + "\u001b[0m" : text;
    }

    boolean interactive() {
        return interactive;
    }

    /** Columns as wide as their widest cell, two spaces apart; the first row is the heading. */
    static String table(List<List<String>> rows) {
        var widths = widths(rows);
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1)
                    line.append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<Integer> widths(List<List<String>> rows) {
        var widths = new ArrayList<Integer>();
        for (var row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) widths.add(width);
                else widths.set(i, Math.max(widths.get(i), width));
            }
        }
        return widths;
    }

    /**
     * A table that is no wider than it may be: what is too long goes on below itself, the longest columns first. What could move
     * a terminal's cursor is left out.
     */
    static String fitted(List<List<String>> rows, int width) {
        var clean = rows.stream()
                .map(row -> row.stream().map(Terminal::printable).toList())
                .toList();
        var widths = widths(clean);
        while (widths.stream().mapToInt(Integer::intValue).sum() + 2 * (widths.size() - 1) > width) {
            int widest = Collections.max(widths);
            if (widest <= LEAST_COLUMN) break;
            widths.set(widths.lastIndexOf(widest), widest - 1);
        }
        return table(
                clean.stream().flatMap(row -> wrapped(row, widths).stream()).toList());
    }

    private static List<List<String>> wrapped(List<String> row, List<Integer> widths) {
        var cells = new ArrayList<List<String>>();
        for (int i = 0; i < row.size(); i++) cells.add(lines(row.get(i), widths.get(i)));
        int height = cells.stream().mapToInt(List::size).max().orElse(1);
        var wrapped = new ArrayList<List<String>>();
        for (int i = 0; i < height; i++) {
            int line = i;
            wrapped.add(cells.stream()
                    .map(cell -> line < cell.size() ? cell.get(line) : "")
                    .toList());
        }
        return wrapped;
    }

    private static String printable(String text) {
        return text.codePoints()
                .filter(c -> c == '\n' || !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A text in lines that fit, cut between words where that can be. */
    static List<String> lines(String text, int room) {
        var lines = new ArrayList<String>();
        for (var paragraph : text.split("\n", -1)) {
            var rest = paragraph;
            while (rest.length() > room) {
                int cut = rest.lastIndexOf(' ', room);
                if (cut <= 0) cut = room;
                lines.add(rest.substring(0, cut));
                rest = rest.substring(cut).strip();
            }
            lines.add(rest);
        }
        return lines;
    }

    /** A memory size as people read it. */
    static String mebibytes(long bytes) {
        return bytes <= 0 ? "-" : "%.0f MiB".formatted(bytes / 1048576.0);
    }

    /** A line that moves while a step runs; nothing at all when nobody looks. */
    private final class Spinner implements AutoCloseable {
        private final Thread thread;

        Spinner(String what) {
            thread = Thread.ofVirtual().unstarted(() -> spin(what));
            if (interactive) thread.start();
        }

        private void spin(String what) {
            try {
                for (int i = 0; ; i++) {
                    out.printf("\r%s   %s", SPIN[i % SPIN.length], what);
                    out.flush();
                    TimeUnit.MILLISECONDS.sleep(BEAT.toMillis());
                }
            } catch (InterruptedException e) {
                out.print("\r\u001b[K");
                out.flush();
            }
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                if (interactive) thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
