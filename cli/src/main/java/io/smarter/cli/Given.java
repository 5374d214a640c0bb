package io.smarter.cli;

import io.smarter.cli.ProgramOption.Times;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a program's command line says. The agent reads it with this, as picocli would stay in memory with all that it needs to
 * read annotations: 4 MiB. To people picocli shows the same options ({@link ProgramUsage}).
 */
final class Given {
    private final Map<ProgramOption, List<String>> values = new LinkedHashMap<>();

    private Given() {}

    /**
     * Reads options, as {@code --name VALUE} or {@code --name=VALUE}.
     *
     * @throws UsageException if one is not known, lacks its value, is missing or is given too often
     */
    static Given parse(List<ProgramOption> options, List<String> arguments) {
        var byName = new LinkedHashMap<String, ProgramOption>();
        for (var option : options) byName.put(option.name(), option);
        var given = new Given();
        for (var rest = arguments.iterator(); rest.hasNext(); ) given.read(byName, rest.next(), rest);
        for (var option : options)
            if (option.times() == Times.ONCE && !given.has(option))
                throw new UsageException("Missing required option: '%s'".formatted(option.example()));
        return given;
    }

    private void read(Map<String, ProgramOption> options, String argument, Iterator<String> rest) {
        int equals = argument.indexOf('=');
        var name = equals < 0 ? argument : argument.substring(0, equals);
        var option = options.get(name);
        if (option == null)
            throw new UsageException(
                    name.startsWith("-")
                            ? "Unknown option: '%s'".formatted(argument)
                            : "Unmatched argument: '%s'".formatted(argument));
        var seen = values.computeIfAbsent(option, _ -> new ArrayList<>());
        if (!seen.isEmpty() && option.times() != Times.ANY)
            throw new UsageException("option '%s' should be specified only once".formatted(name));
        seen.add(value(options, option, equals < 0 ? null : argument.substring(equals + 1), rest));
    }

    private static String value(
            Map<String, ProgramOption> options,
            ProgramOption option,
            @Nullable String attached,
            Iterator<String> rest) {
        if (option.isSwitch()) {
            if (attached == null || attached.equals("true") || attached.equals("false"))
                return attached == null ? "true" : attached;
            throw new UsageException("option '%s' takes no value, was '%s'".formatted(option.name(), attached));
        }
        if (attached != null) return attached;
        if (rest.hasNext()) {
            var next = rest.next();
            if (!options.containsKey(next)) return next;
        }
        throw new UsageException(
                "Missing required parameter for option '%s' (%s)".formatted(option.name(), option.label()));
    }

    boolean has(ProgramOption option) {
        return values.containsKey(option);
    }

    boolean isOn(ProgramOption option) {
        return "true".equals(optional(option));
    }

    /** The option's value, or what it usually is; null for neither. */
    @Nullable
    String optional(ProgramOption option) {
        var found = values.get(option);
        return found == null ? option.usual() : found.getFirst();
    }

    /** The value of an option that always has one, or empty. */
    String text(ProgramOption option) {
        var text = optional(option);
        return text == null ? "" : text;
    }

    /** @throws UsageException if it is none */
    long number(ProgramOption option) {
        try {
            return Long.parseLong(text(option));
        } catch (NumberFormatException e) {
            throw wrong(option, "a number", text(option));
        }
    }

    /** A folder or file; null when the option is not given. */
    @Nullable
    Path optionalPath(ProgramOption option) {
        return optional(option) == null ? null : path(option);
    }

    /** @throws UsageException if it can't be one */
    Path path(ProgramOption option) {
        try {
            return Path.of(text(option)).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw wrong(option, "a path", text(option));
        }
    }

    /** @throws UsageException if it is none */
    URI uri(ProgramOption option) {
        try {
            return new URI(text(option));
        } catch (URISyntaxException e) {
            throw wrong(option, "a URL", text(option));
        }
    }

    /**
     * All values of an option that may be given several times.
     *
     * @param separator what is between several values that are given at once; empty if there is but one
     */
    List<String> list(ProgramOption option, String separator) {
        return values.getOrDefault(option, List.of()).stream()
                .flatMap(value -> separator.isEmpty() ? Stream.of(value) : Stream.of(value.split(separator, -1)))
                .toList();
    }

    /**
     * Like {@link #list}, of keys with their values.
     *
     * @throws UsageException if one has no {@code =}
     */
    Map<String, String> pairs(ProgramOption option, String separator) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : list(option, separator)) {
            int equals = pair.indexOf('=');
            if (equals < 1) throw wrong(option, option.label(), pair);
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }

    private static UsageException wrong(ProgramOption option, String rule, String value) {
        return new UsageException(
                "Invalid value for option '%s': must be %s, was '%s'".formatted(option.name(), rule, value));
    }
}
