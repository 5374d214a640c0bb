package io.smarter.devices;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of one file of rules: what one may come to is bounded before it is compiled, as little text may become much; and
 * so is what all come to together. Used by one thread.
 */
final class Regexes {
    private static final int MAX_LENGTH = 512;
    private static final int MAX_GROUPS = 50;

    /** Characters times repetitions, of which each costs about a step of the program. */
    private static final int MAX_STEPS = 20_000;

    /** Of all patterns together: some megabytes. */
    private static final int MAX_STEPS_OF_ALL = 100_000;

    private static final java.util.regex.Pattern REPETITION =
            java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{0,9}))?}");

    /** A pattern, or why it is none. */
    sealed interface Compiled {
        record Good(Pattern pattern) implements Compiled {}

        record Bad(String why) implements Compiled {}
    }

    private int room = MAX_STEPS_OF_ALL;

    Compiled compile(String text) {
        if (text.isEmpty()) return new Compiled.Bad("it is empty and would match everything");
        if (text.length() > MAX_LENGTH) return new Compiled.Bad("it is longer than " + MAX_LENGTH + " characters");
        if (text.chars().filter(c -> c == '(').count() > MAX_GROUPS)
            return new Compiled.Bad("it has more than " + MAX_GROUPS + " groups");
        if (steps(text) > MAX_STEPS) return new Compiled.Bad("its repetitions are too large");
        try {
            var pattern = Pattern.compile(text);
            if (pattern.programSize() > MAX_STEPS) return new Compiled.Bad("its repetitions are too large");
            if (pattern.programSize() > room)
                return new Compiled.Bad("the patterns of the file are too large together");
            room -= pattern.programSize();
            return new Compiled.Good(pattern);
        } catch (PatternSyntaxException e) {
            return new Compiled.Bad(e.getDescription());
        }
    }

    /** More than it can come to: as if every repetition were of the whole pattern. */
    private static long steps(String text) {
        long steps = text.length();
        var repetitions = REPETITION.matcher(text);
        while (repetitions.find()) {
            int most = Math.max(
                    number(repetitions.group(1)).orElse(1),
                    number(repetitions.group(2)).orElse(1));
            steps = Math.min(Integer.MAX_VALUE, steps * Math.max(1, most));
        }
        return steps;
    }

    private static OptionalInt number(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
    }
}
