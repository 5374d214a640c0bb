package io.smarter.apiserver;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;

/** The formats of strings that Kubernetes checks in custom resources; others pass. Pure functions. */
final class CustomFormats {
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*(:[0-9.]+)?");
    private static final Map<String, Pattern> PATTERNS = Map.ofEntries(
            Map.entry("bsonobjectid", Pattern.compile("[0-9a-fA-F]{24}")),
            Map.entry("email", Pattern.compile("[^\\s@<>]+@[^\\s@<>]+")),
            Map.entry(
                    "hostname",
                    Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62})(\\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62}))*\\.?")),
            Map.entry(
                    "mac",
                    Pattern.compile(
                            "([0-9a-fA-F]{2}[:-]){5}([0-9a-fA-F]{2})|([0-9a-fA-F]{2}[:-]){7}([0-9a-fA-F]{2})|([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}")),
            Map.entry("uuid", uuid("[0-9a-fA-F]", "[0-9a-fA-F]")),
            Map.entry("uuid3", uuid("3", "[0-9a-fA-F]")),
            Map.entry("uuid4", uuid("4", "[89abAB]")),
            Map.entry("uuid5", uuid("5", "[89abAB]")),
            Map.entry("isbn10", Pattern.compile("([0-9][- ]?){9}[0-9xX]")),
            Map.entry("isbn13", Pattern.compile("97[89]([- ]?[0-9]){10}")),
            Map.entry("isbn", Pattern.compile("([0-9][- ]?){9}[0-9xX]|97[89]([- ]?[0-9]){10}")),
            Map.entry("ssn", Pattern.compile("[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}")),
            Map.entry("hexcolor", Pattern.compile("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
            Map.entry(
                    "rgbcolor",
                    Pattern.compile("rgb\\(\\s*([0-9]{1,3})\\s*,\\s*([0-9]{1,3})\\s*,\\s*([0-9]{1,3})\\s*\\)")),
            Map.entry(
                    "duration",
                    Pattern.compile(
                            "[+-]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*)|[0-9]+ ?(ns|us|ms|s|m|h|d|w|nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?)")));

    private CustomFormats() {}

    private static Pattern uuid(String version, String variant) {
        var hex = "[0-9a-fA-F]";
        return Pattern.compile(
                hex + "{8}-?" + hex + "{4}-?" + version + hex + "{3}-?" + variant + hex + "{3}-?" + hex + "{12}");
    }

    static boolean matches(String format, String text) {
        var pattern = PATTERNS.get(format);
        if (pattern != null) return pattern.matches(text);
        return switch (format) {
            case "ipv4" -> IPV4.matches(text);
            case "ipv6" -> isIpv6(text);
            case "cidr" -> isCidr(text);
            case "uri" -> isUri(text);
            case "date" -> parses(() -> LocalDate.parse(text));
            case "date-time", "datetime" -> parses(() -> OffsetDateTime.parse(text));
            case "byte" -> isBase64(text);
            default -> true;
        };
    }

    private static boolean parses(Runnable parse) {
        try {
            parse.run();
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).getScheme() != null || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static boolean isIpv4(String text) {
        return IPV4.matches(text);
    }

    static boolean isIpv6(String text) {
        if (text.length() > 45 || !IPV6.matches(text) || text.contains(":::")) return false;
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) return false;
        int groups = 0;
        for (var part : text.split(":", -1)) {
            if (part.isEmpty()) continue;
            boolean last = part.indexOf('.') >= 0;
            if (last ? !IPV4.matches(part) : part.length() > 4) return false;
            groups += last ? 2 : 1;
        }
        boolean dangling = text.endsWith(":") && !text.endsWith("::") || text.startsWith(":") && !text.startsWith("::");
        return !dangling && (gap >= 0 ? groups < 8 : groups == 8);
    }

    static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) return false;
        var address = text.substring(0, slash);
        var length = text.substring(slash + 1);
        if (length.isEmpty() || length.length() > 3 || !length.chars().allMatch(Character::isDigit)) return false;
        int bits = Integer.parseInt(length);
        return IPV4.matches(address) && bits <= 32 || isIpv6(address) && bits <= 128;
    }

    /** A number as Go prints it. */
    static String number(BigDecimal number) {
        var plain = number.stripTrailingZeros();
        int exponent = plain.precision() - plain.scale() - 1;
        if (plain.signum() == 0) return "0";
        if (exponent >= -4 && exponent < 6) return plain.toPlainString();
        var digits = plain.unscaledValue().abs().toString();
        var rest = digits.length() > 1 ? "." + digits.substring(1) : "";
        return (plain.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + rest
                + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
