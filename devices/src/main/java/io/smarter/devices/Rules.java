package io.smarter.devices;

import io.smarter.json.YamlNode;
import java.util.ArrayList;
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

    private static final int MAX_RULES = 500;

    Rules {
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
    }

    /** Reads a file of rules; never fails. */
    static Rules parse(byte[] yaml) {
        if (yaml.length > MAX_BYTES) return unreadable(1, "a file of more than %d bytes".formatted(MAX_BYTES));
        return switch (YamlNode.parse(yaml)) {
            case YamlNode.Sequence(var _, var items) -> of(items);
            case YamlNode.Broken(int line, var why) -> unreadable(line, why);
            case YamlNode other -> unreadable(other.line(), "not a list");
        };
    }

    private static Rules unreadable(int line, String why) {
        return new Rules(List.of(), List.of(new Problem(line, "the rules must be a YAML list: " + why)), false);
    }

    private static Rules of(List<YamlNode> items) {
        var problems = new Problems();
        var reader = new RuleReader(problems);
        var rules = new ArrayList<Rule>();
        for (var item : items) {
            if (rules.size() == MAX_RULES) {
                problems.add(item.line(), "there must be at most %d rules: the rest is left out".formatted(MAX_RULES));
                break;
            }
            var rule = reader.read(item);
            if (rule != null) rules.add(rule);
        }
        return new Rules(rules, problems.all(), true);
    }
}
