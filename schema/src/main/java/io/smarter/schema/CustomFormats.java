package io.smarter.schema;

import com.google.re2j.Pattern;
import io.smarter.api.IpAddress;
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
            case "ipv4" -> IpAddress.isIpv4(text);
            case "ipv6" -> IpAddress.isIpv6(text);
            case "cidr" -> IpAddress.isCidr(text);
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
