package io.smarter.devices;

import com.google.re2j.Pattern;
import io.smarter.json.Json;
import io.smarter.json.YamlNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of a mapping in a file of rules, each to be read once. What is wrong with one is told, and it counts as if it were
 * not there. Used by one thread.
 */
final class Fields {
    private static final java.util.regex.Pattern PLAIN_KEY =
            java.util.regex.Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,64}");

    private final Map<String, YamlNode.Member> unread = new LinkedHashMap<>();
    private final List<String> known = new ArrayList<>();
    private final String prefix;
    private final Problems problems;
    private final Regexes regexes;
    private final int line;

    /** @param prefix of the keys in problems, such as {@code match.} */
    Fields(YamlNode.Mapping mapping, String prefix, Problems problems, Regexes regexes) {
        this.prefix = prefix;
        this.regexes = regexes;
        this.problems = problems;
        this.line = mapping.line();
        for (var member : mapping.members()) {
            var first = unread.putIfAbsent(member.key(), member);
            if (first != null)
                problems.add(
                        member.line(),
                        "%s: the key is there twice, first on line %d".formatted(name(member.key()), first.line()));
        }
    }

    private String name(String key) {
        return prefix + (PLAIN_KEY.matcher(key).matches() ? key : Problems.shown(key));
    }

    boolean has(String key) {
        return unread.containsKey(key);
    }

    boolean isEmpty() {
        return unread.isEmpty();
    }

    /** Tells that at least one of the keys read so far must be there. */
    void refuseEmpty() {
        problems.add(
                line,
                "%s: must have at least one of %s"
                        .formatted(prefix.substring(0, prefix.length() - 1), String.join(", ", known)));
    }

    /** Tells of all keys that nobody read. */
    void rejectUnread() {
        for (var member : unread.values())
            problems.add(
                    member.line(),
                    "%s: unknown key; there are %s".formatted(name(member.key()), String.join(", ", known)));
    }

    private YamlNode.@Nullable Member take(String key) {
        known.add(key);
        return unread.remove(key);
    }

    private void refuse(int line, String key, String rule, YamlNode was) {
        problems.add(line, "%s: must be %s, was %s".formatted(name(key), rule, shown(was)));
    }

    private static String shown(YamlNode value) {
        return switch (value) {
            case YamlNode.Scalar(var _, Json.Str(var text)) -> Problems.shown(text);
            case YamlNode.Scalar(var _, var other) -> other.compact();
            case YamlNode.Sequence(var _, var items) -> "a list of " + items.size();
            case YamlNode.Mapping(var _, var members) -> "a mapping of " + members.size();
            case YamlNode.Broken(var _, var why) -> "unreadable: " + why;
        };
    }

    @Nullable
    String text(String key, Check check) {
        var member = take(key);
        return member == null ? null : text(member, check);
    }

    String text(String key, Check check, String fallback) {
        var text = text(key, check);
        return text == null ? fallback : text;
    }

    /** A text that must be there. */
    String needed(String key, Check check) {
        if (!has(key)) problems.add(line, "%s: must be there, as %s".formatted(name(key), check.rule()));
        return text(key, check, "");
    }

    private @Nullable String text(YamlNode.Member member, Check check) {
        if (member.value() instanceof YamlNode.Scalar(var _, Json.Str(var text))) {
            if (check.holds().test(text)) return text;
            refuse(member.value().line(), member.key(), check.rule(), member.value());
        } else {
            boolean quotable = member.value() instanceof YamlNode.Scalar(var _, Json.Num _)
                    || member.value() instanceof YamlNode.Scalar(var _, Json.Bool _);
            var type = quotable ? "text, in quotes" : "text";
            refuse(member.value().line(), member.key(), type, member.value());
        }
        return null;
    }

    int number(String key, int least, int most, int fallback) {
        var member = take(key);
        if (member == null) return fallback;
        if (member.value() instanceof YamlNode.Scalar(var _, Json.Num number)
                && number.isLong()
                && number.asLong() >= least
                && number.asLong() <= most) return (int) number.asLong();
        refuse(member.value().line(), key, "a whole number from %d to %d".formatted(least, most), member.value());
        return fallback;
    }

    boolean flag(String key) {
        var member = take(key);
        if (member == null) return false;
        if (member.value() instanceof YamlNode.Scalar(var _, Json.Bool(var flag))) return flag;
        refuse(member.value().line(), key, "true or false", member.value());
        return false;
    }

    /** One of some words. */
    <T> @Nullable T choice(String key, Map<String, T> words) {
        var rule = "one of " + String.join(", ", words.keySet());
        var word = text(key, new Check(rule, words::containsKey));
        return word == null ? null : words.get(word);
    }

    /** A text that is read by a function, which gives null for what does not follow the rule. */
    <T> @Nullable T parsed(String key, String rule, Function<String, @Nullable T> read) {
        var text = text(key, new Check(rule, one -> read.apply(one) != null));
        return text == null ? null : read.apply(text);
    }

    @Nullable
    Pattern regex(String key) {
        var member = take(key);
        return member == null ? null : regex(member);
    }

    private @Nullable Pattern regex(YamlNode.Member member) {
        var text = text(member, new Check("a pattern", _ -> true));
        if (text == null) return null;
        switch (regexes.compile(text)) {
            case Regexes.Compiled.Good(var pattern) -> {
                return pattern;
            }
            case Regexes.Compiled.Bad(var why) ->
                refuse(member.value().line(), member.key(), "an RE2 pattern (%s)".formatted(why), member.value());
        }
        return null;
    }

    /** A mapping inside; null when it is not there. */
    @Nullable
    Fields inner(String key) {
        var member = take(key);
        if (member == null) return null;
        if (member.value() instanceof YamlNode.Mapping mapping)
            return new Fields(mapping, prefix + key + ".", problems, regexes);
        refuse(member.value().line(), key, "a mapping", member.value());
        return null;
    }

    /** A list of mappings, each read by a function. */
    <T> List<T> each(String key, int most, Function<Fields, T> read) {
        var all = new ArrayList<T>();
        int index = 0;
        for (var item : items(key, most)) {
            var name = "%s[%d]".formatted(key, index++);
            if (item instanceof YamlNode.Mapping mapping) {
                var fields = new Fields(mapping, prefix + name + ".", problems, regexes);
                all.add(read.apply(fields));
                fields.rejectUnread();
            } else refuse(item.line(), name, "a mapping", item);
        }
        return all;
    }

    /** A list of texts. */
    List<String> texts(String key, int most, Check check) {
        var all = new ArrayList<String>();
        int index = 0;
        for (var item : items(key, most)) {
            var member = new YamlNode.Member(item.line(), "%s[%d]".formatted(key, index++), item);
            var text = text(member, check);
            if (text != null) all.add(text);
        }
        return all;
    }

    private List<YamlNode> items(String key, int most) {
        var member = take(key);
        if (member == null) return List.of();
        if (member.value() instanceof YamlNode.Sequence(var _, var items) && items.size() <= most) return items;
        refuse(member.value().line(), key, "a list of at most " + most, member.value());
        return List.of();
    }

    /** A mapping of names to texts, in the order of the file. */
    Map<String, String> textsByName(String key, int most, Check names, Check values) {
        var all = new LinkedHashMap<String, String>();
        members(key, most, names, (inside, member) -> {
            var text = inside.text(member, values);
            if (text != null) all.put(member.key(), text);
        });
        return Collections.unmodifiableMap(all);
    }

    /** A mapping of names to patterns. */
    Map<String, Pattern> regexesByName(String key, int most, Check names) {
        var all = new LinkedHashMap<String, Pattern>();
        members(key, most, names, (inside, member) -> {
            var pattern = inside.regex(member);
            if (pattern != null) all.put(member.key(), pattern);
        });
        return all;
    }

    private void members(String key, int most, Check names, BiConsumer<Fields, YamlNode.Member> read) {
        var inside = inner(key);
        if (inside == null) return;
        int taken = 0;
        for (var member : List.copyOf(inside.unread.values())) {
            if (!names.holds().test(member.key()))
                problems.add(
                        member.line(),
                        "%s: its keys must be %s, was %s"
                                .formatted(name(key), names.rule(), Problems.shown(member.key())));
            else if (++taken > most)
                problems.add(member.line(), "%s: must have at most %d members".formatted(name(key), most));
            else read.accept(inside, member);
        }
    }
}
