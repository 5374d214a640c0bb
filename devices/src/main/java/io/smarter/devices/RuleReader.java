package io.smarter.devices;

import io.smarter.devices.Found.Kind;
import io.smarter.json.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the items of one file of rules. Used by one thread. */
final class RuleReader {
    private static final String GPUS = "nvidia-gpu";
    private static final int MAX_COUNT = 10_000;
    private static final int MAX_NUMA_NODE = 1023;
    private static final int MAX_LIST = 32;
    private static final int MAX_ENV = 64;
    private static final Duration LONGEST_PERIOD = Duration.ofDays(1);
    private static final Map<String, Kind> KINDS = kinds();
    private static final Map<String, OnLost.Signal> SIGNALS = signals();

    private final Problems problems;
    private final Regexes regexes = new Regexes();

    RuleReader(Problems problems) {
        this.problems = problems;
    }

    private static Map<String, Kind> kinds() {
        var kinds = new LinkedHashMap<String, Kind>();
        for (var kind : List.of(Kind.CHARACTER, Kind.BLOCK, Kind.FOLDER, Kind.LINK))
            kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
        return kinds;
    }

    private static Map<String, OnLost.Signal> signals() {
        var signals = new LinkedHashMap<String, OnLost.Signal>();
        for (var signal : OnLost.Signal.values()) signals.put(signal.name(), signal);
        return signals;
    }

    /** The rule that an item is; null when something is wrong with it, which the problems tell. */
    @Nullable
    Rule read(YamlNode item) {
        if (item instanceof YamlNode.Broken(int line, var why)) {
            problems.add(line, why);
            return null;
        }
        if (!(item instanceof YamlNode.Mapping mapping)) {
            problems.add(item.line(), "a rule must be a mapping with devicematch or match");
            return null;
        }
        int before = problems.count();
        var fields = new Fields(mapping, "", problems, regexes);
        boolean plain = fields.has("devicematch");
        if (plain == fields.has("match"))
            problems.add(item.line(), "a rule must have either devicematch or match, has " + (plain ? "both" : "none"));
        var match = match(fields);
        var rule = new Rule(
                item.line(),
                fields.text("name", Check.RESOURCE),
                match,
                count(fields, item.line(), plain ? 0 : 1),
                fields.each("with", MAX_LIST, this::conditions),
                fields.text("exclusive", Check.GROUP),
                given(fields),
                fields.number("numaNode", 0, MAX_NUMA_NODE, -1),
                onLost(fields, item.line()),
                health(fields, item.line()));
        fields.rejectUnread();
        if (rule.exclusive() != null && rule.count() > 1)
            problems.add(
                    item.line(),
                    "count of a device in an exclusive group must be 0 or 1, was %d".formatted(rule.count()));
        return problems.count() == before ? rule : null;
    }

    private Match match(Fields fields) {
        var inner = fields.inner("match");
        var path = fields.regex("devicematch");
        if (inner == null) {
            if (path == null) return Match.gpus(); // not used: something is wrong, and told
            return path.pattern().equals(GPUS) ? Match.gpus() : Match.path(path);
        }
        var match = conditions(inner);
        inner.rejectUnread();
        return match;
    }

    private Match conditions(Fields fields) {
        int before = problems.count();
        boolean empty = fields.isEmpty();
        var match = new Match(
                fields.regex("path"),
                fields.regex("link"),
                fields.text("subsystem", Check.WORD),
                fields.text("driver", Check.WORD),
                usb(fields.text("usb", Check.USB)),
                fields.regexesByName("udev", MAX_LIST, Check.PROPERTY),
                fields.choice("kind", KINDS));
        if (empty && problems.count() == before) fields.refuseEmpty();
        return match;
    }

    private static Match.@Nullable UsbMatch usb(@Nullable String text) {
        if (text == null) return null;
        var parts = text.split(":", 3);
        return new Match.UsbMatch(
                orAny(parts[0].toLowerCase(Locale.ROOT)),
                orAny(parts[1].toLowerCase(Locale.ROOT)),
                parts.length < 3 ? null : orAny(parts[2]));
    }

    private static @Nullable String orAny(String text) {
        return text.equals("*") ? null : text;
    }

    private int count(Fields fields, int line, int fallback) {
        if (fields.has("count") && fields.has("nummaxdevices"))
            problems.add(line, "count: must not be there together with nummaxdevices, which is the same");
        return fields.number("count", 0, MAX_COUNT, fields.number("nummaxdevices", 0, MAX_COUNT, fallback));
    }

    private static Rule.Given given(Fields fields) {
        return new Rule.Given(
                fields.text("containerPath", Check.CONTAINER_PATH),
                permissions(fields),
                fields.each("mounts", MAX_LIST, RuleReader::mount),
                fields.textsByName("env", MAX_ENV, Check.VARIABLE, Check.VALUE),
                fields.each("deviceNodes", MAX_LIST, RuleReader::node),
                fields.texts("cdi", MAX_LIST, Check.CDI));
    }

    private static Rule.Mount mount(Fields fields) {
        var hostPath = fields.needed("hostPath", Check.PATH);
        return new Rule.Mount(hostPath, fields.text("containerPath", Check.PATH, hostPath), fields.flag("readOnly"));
    }

    private static Rule.Node node(Fields fields) {
        var path = fields.needed("path", Check.DEVICE_PATH);
        return new Rule.Node(path, fields.text("containerPath", Check.PATH, path), permissions(fields));
    }

    private static String permissions(Fields fields) {
        var some = fields.text("permissions", Check.PERMISSIONS, "rw");
        var sorted = new StringBuilder();
        for (var one : List.of("r", "w", "m")) if (some.contains(one)) sorted.append(one);
        return sorted.toString();
    }

    private OnLost onLost(Fields fields, int line) {
        boolean named = fields.has("signal");
        var signal = fields.choice("signal", SIGNALS);
        var does = fields.choice("onLost", words(signal == null ? OnLost.Signal.SIGHUP : signal));
        if (named && !(does instanceof OnLost.Send))
            problems.add(line, "signal: must only be there with \"onLost: signal\"");
        return does == null ? new OnLost.Leave() : does;
    }

    private static Map<String, OnLost> words(OnLost.Signal signal) {
        var words = new LinkedHashMap<String, OnLost>();
        words.put("leave", new OnLost.Leave());
        words.put("signal", new OnLost.Send(signal));
        words.put("restart", new OnLost.Restart());
        words.put("stop", new OnLost.Stop());
        return words;
    }

    private Rule.Health health(Fields fields, int line) {
        var words = new LinkedHashMap<String, Boolean>();
        words.put("auto", true);
        words.put("none", false);
        var checked = fields.choice("health", words);
        var period = fields.parsed("healthPeriod", "a duration from 1s to 24h, such as 30s", RuleReader::period);
        if (Boolean.FALSE.equals(checked) && period != null)
            problems.add(line, "healthPeriod: must not be there with \"health: none\"");
        return new Rule.Health(!Boolean.FALSE.equals(checked), period);
    }

    private static @Nullable Duration period(String text) {
        if (!text.matches("[0-9]{1,5}[smh]")) return null;
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        var period = switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
        return number == 0 || period.compareTo(LONGEST_PERIOD) > 0 ? null : period;
    }
}
