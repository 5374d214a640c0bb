package io.smarter.devices;

import java.util.List;

/**
 * The rules by which devices are given to pods, in the order in which they are tried.
 *
 * @param rules the good items of the file
 * @param problems of its other items, each of which is left out alone
 * @param readable false when the file is no YAML list: the rules that were in force before should stay so
 */
record Rules(List<Rule> rules, List<Problem> problems, boolean readable) {
    /** The longest file. */
    static final int MAX_BYTES = 256 << 10;

    Rules {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
    }

    /** Reads a file of rules; never fails. */
    static Rules parse(byte[] yaml) {
        return new Rules(List.of(), List.of(new Problem(1, "not read yet: " + yaml.length)), false);
    }
}
