package io.smarter.devices;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How resources of the node are called, below their prefix. Pure functions. */
final class ResourceNames {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(path|name|serial|port)}");

    private ResourceNames() {}

    /**
     * By the rule's name, else by the path: what is neither letter nor digit nor {@code _} nor {@code -} becomes {@code _}. What
     * is too long ends in a digest instead. May come to what is no name, see {@link Check#isName}.
     */
    static String of(Rule rule, Found found) {
        var name = rule.name();
        return Printable.cut(name == null ? clean(found.path()) : filled(name, values(found)));
    }

    private static Map<String, String> values(Found found) {
        var usb = found.usb();
        return Map.of(
                "name",
                clean(found.lastName()),
                "serial",
                usb == null ? "" : clean(usb.serial()),
                "port",
                usb == null ? "" : clean(usb.port()));
    }

    private static String clean(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    /** A text with the values of what stands in braces in it; braces around anything else stay. */
    static String filled(String text, Map<String, String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            var value = values.get(found.group(1));
            return Matcher.quoteReplacement(value == null ? found.group() : value);
        });
    }
}
