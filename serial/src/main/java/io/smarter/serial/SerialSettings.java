package io.smarter.serial;

import io.smarter.linux.LineSettings;
import io.smarter.linux.LineSettings.Flow;
import io.smarter.linux.LineSettings.Parity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the program is told.
 *
 * <pre>
 *   --device=FILE               the port, or a link to it; required
 *   --listen=ADDRESS:PORT       for telnet with RFC 2217: 0.0.0.0:2217
 *   --tap=ADDRESS:PORT          for plain bytes, of readers only: none
 *   --baud=N                    115200
 *   --data-bits=5|6|7|8         8
 *   --parity=none|odd|even|mark|space
 *   --stop-bits=1|2             1
 *   --flow=none|software|hardware
 *   --readers=N                 how many may be connected besides the writer: 16
 *   --reader-rate=N             bytes a second that one of them gets, 0 for no limit: 0
 *   --reader-buffer=SIZE        what is kept for one that is slow, such as 64KiB or 1MiB: 64KiB
 *   --writer=first|takeover     who writes when several want to: first
 *   --idle-writer=TIME          after which time without a byte the writer gives way, such as 30s or 5m, 0s for never: 0s
 *   --reset-on-open=true|false  whether DTR and RTS drop for a moment for each new writer: false
 * </pre>
 *
 * @param tap null for none
 */
record SerialSettings(
        Path device,
        InetSocketAddress listen,
        @Nullable InetSocketAddress tap,
        LineSettings line,
        int readers,
        long readerRate,
        int readerBuffer,
        WriterSeat.Policy writer,
        long idleWriterNanos,
        boolean resetOnOpen) {
    /** What the buffers of all readers may take; the heap of the image is made for that. */
    static final int MOST_BUFFERS = 8 << 20;

    private static final int SMALLEST_BUFFER = 1 << 10;
    private static final int MOST_READERS = 256;
    private static final int FASTEST = 100_000_000;

    private static final Set<String> NAMES = Set.of(
            "--device",
            "--listen",
            "--tap",
            "--baud",
            "--data-bits",
            "--parity",
            "--stop-bits",
            "--flow",
            "--readers",
            "--reader-rate",
            "--reader-buffer",
            "--writer",
            "--idle-writer",
            "--reset-on-open");

    SerialSettings {
        if ((long) readers * readerBuffer > MOST_BUFFERS)
            throw wrong("--readers times --reader-buffer", "be at most 8MiB", readers + " times " + readerBuffer);
    }

    /** @throws IllegalArgumentException naming the option, the rule and what was given */
    static SerialSettings of(List<String> arguments) {
        var options = options(arguments);
        var device = options.getOrDefault("--device", "");
        if (!device.startsWith("/")) throw wrong("--device", "be an absolute path", device);
        var tap = options.get("--tap");
        return new SerialSettings(
                Path.of(device),
                address("--listen", options.getOrDefault("--listen", "0.0.0.0:2217")),
                tap == null ? null : address("--tap", tap),
                new LineSettings(
                        (int) number(options, "--baud", 115_200, 1, FASTEST),
                        (int) number(options, "--data-bits", 8, 5, 8),
                        choice(options, "--parity", Parity.NONE, Parity.values()),
                        (int) number(options, "--stop-bits", 1, 1, 2),
                        choice(options, "--flow", Flow.NONE, Flow.values())),
                (int) number(options, "--readers", 16, 1, MOST_READERS),
                number(options, "--reader-rate", 0, 0, FASTEST),
                size(options),
                choice(options, "--writer", WriterSeat.Policy.FIRST, WriterSeat.Policy.values()),
                time(options),
                truth(options));
    }

    private static Map<String, String> options(List<String> arguments) {
        var options = new LinkedHashMap<String, String>();
        for (var argument : arguments) {
            int equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (!NAMES.contains(name)) throw new IllegalArgumentException("unknown option '" + argument + "'");
            if (equals < 0) throw new IllegalArgumentException(name + ": must be " + name + "=VALUE");
            if (options.put(name, argument.substring(equals + 1)) != null)
                throw new IllegalArgumentException(name + ": must be given once, was given twice");
        }
        return options;
    }

    private static IllegalArgumentException wrong(String name, String rule, String value) {
        return new IllegalArgumentException(name + ": must " + rule + ", was '" + value + "'");
    }

    /** Names are not looked up: it is an address of this machine. */
    private static InetSocketAddress address(String name, String value) {
        int colon = value.lastIndexOf(':');
        int port = colon < 1 ? -1 : digits(value.substring(colon + 1));
        try {
            if (port >= 0 && port <= 65_535)
                return new InetSocketAddress(InetAddress.ofLiteral(value.substring(0, colon)), port);
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw wrong(name, "be ADDRESS:PORT, such as 0.0.0.0:2217 or [::]:2217", value);
    }

    /** -1 for what is no number of at most nine digits. */
    private static int digits(String text) {
        if (text.isEmpty() || text.length() > 9) return -1;
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return -1;
        return Integer.parseInt(text);
    }

    private static long number(Map<String, String> options, String name, int usual, int least, int most) {
        var text = options.get(name);
        if (text == null) return usual;
        int number = digits(text);
        if (number < least || number > most) throw wrong(name, "be a number from " + least + " to " + most, text);
        return number;
    }

    private static <E extends Enum<E>> E choice(Map<String, String> options, String name, E usual, E[] all) {
        var text = options.get(name);
        if (text == null) return usual;
        var names = new StringBuilder();
        for (var one : all) {
            var known = one.name().toLowerCase(Locale.ROOT);
            if (known.equals(text)) return one;
            names.append(names.isEmpty() ? "" : ", ").append(known);
        }
        throw wrong(name, "be one of " + names, text);
    }

    private static int size(Map<String, String> options) {
        var text = options.getOrDefault("--reader-buffer", "64KiB");
        int unit = text.endsWith("KiB") ? 1 << 10 : text.endsWith("MiB") ? 1 << 20 : 1;
        long bytes = (long) digits(unit == 1 ? text : text.substring(0, text.length() - 3)) * unit;
        if (bytes < SMALLEST_BUFFER || bytes > MOST_BUFFERS)
            throw wrong("--reader-buffer", "be from 1KiB to 8MiB", text);
        return (int) bytes;
    }

    private static long time(Map<String, String> options) {
        var text = options.getOrDefault("--idle-writer", "0s");
        long unit = text.endsWith("s") ? 1 : text.endsWith("m") ? 60 : text.endsWith("h") ? 3600 : 0;
        int number = unit == 0 ? -1 : digits(text.substring(0, text.length() - 1));
        if (number < 0 || number > 1_000_000) throw wrong("--idle-writer", "be such as 30s, 5m or 1h", text);
        return number * unit * 1_000_000_000L;
    }

    private static boolean truth(Map<String, String> options) {
        return switch (options.getOrDefault("--reset-on-open", "false")) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw wrong("--reset-on-open", "be true or false", other);
        };
    }
}
