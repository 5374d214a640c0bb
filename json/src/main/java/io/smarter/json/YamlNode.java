package io.smarter.json;

import java.util.List;

/**
 * A value of a YAML document and the line on which it begins, counted from 1. For files that people write: their reader can say
 * where something is wrong, and go on after it. Immutable.
 */
public sealed interface YamlNode {
    int line();

    /** Members in the order of the file; a key may be there twice. */
    record Mapping(int line, List<Member> members) implements YamlNode {
        public Mapping {
            members = List.copyOf(members);
        }
    }

    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Text, a number, a flag or null, as {@link Yaml} reads them. */
    record Scalar(int line, Json value) implements YamlNode {}

    /** What cannot be read, and why. */
    record Broken(int line, String why) implements YamlNode {}

    /** A member of a mapping; the line is that of its key. */
    record Member(int line, String key, YamlNode value) {}

    /**
     * The one document in a text; broken as a whole when the text is no YAML, or its nesting is deep, or its aliases make it
     * long. Keys that merge another mapping ({@code <<}) are followed.
     */
    static YamlNode parse(byte[] utf8) {
        return new YamlNodes(utf8).read();
    }
}
