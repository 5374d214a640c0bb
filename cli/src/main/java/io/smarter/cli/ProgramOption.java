package io.smarter.cli;

import org.jspecify.annotations.Nullable;

/**
 * An option of a program that stays in memory, whose command line is read by {@link Given}.
 *
 * @param name with its dashes
 * @param label of its value; empty for a switch, which has none
 * @param usual what holds when it is not given; null for nothing
 */
record ProgramOption(
        String name,
        String label,
        String description,
        @Nullable String usual,
        Times times) {
    /** How often it is given. */
    enum Times {
        ONCE,
        AT_MOST_ONCE,
        ANY
    }

    static ProgramOption needed(String name, String label, String description) {
        return new ProgramOption(name, label, description, null, Times.ONCE);
    }

    static ProgramOption optional(String name, String label, String description) {
        return new ProgramOption(name, label, description, null, Times.AT_MOST_ONCE);
    }

    static ProgramOption usually(String name, String label, String usual, String description) {
        return new ProgramOption(name, label, description, usual, Times.AT_MOST_ONCE);
    }

    static ProgramOption any(String name, String label, String description) {
        return new ProgramOption(name, label, description, null, Times.ANY);
    }

    static ProgramOption flag(String name, String description) {
        return new ProgramOption(name, "", description, null, Times.AT_MOST_ONCE);
    }

    boolean isSwitch() {
        return label.isEmpty();
    }

    /** As a person would write it. */
    String example() {
        return isSwitch() ? name : name + "=" + label;
    }
}
