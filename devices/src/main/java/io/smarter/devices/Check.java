package io.smarter.devices;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a text in a rule must be.
 *
 * @param rule in words, after "must be"
 */
record Check(String rule, Predicate<String> holds) {
    private static final int MAX_PATH = 1024;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(name|serial|port)}");

    /** The name part of a qualified name (Kubernetes "Labels and Selectors", "Syntax and character set"). */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    /** CDI specification 0.8, "CDI JSON Specification", and the checks of its parser. */
    private static final Pattern CDI_NAME =
            Pattern.compile("[A-Za-z]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?/[A-Za-z]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
                    + "=[A-Za-z0-9]([A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?");

    static final Check RESOURCE = new Check(
            "at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; {name}, {serial} and {port} "
                    + "are filled in",
            text -> text.length() <= 100 && isName(PLACEHOLDER.matcher(text).replaceAll("x")));
    static final Check GROUP = new Check(
            "at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends", Check::isName);
    static final Check WORD = matches("1 to 64 characters without blanks and '/'", "[^\\s/\\p{Cntrl}]{1,64}");
    static final Check PROPERTY = matches("1 to 64 letters, digits, '_', '.' and '-'", "[A-Za-z0-9_.-]{1,64}");
    static final Check USB = matches(
            "vendor:product or vendor:product:serial, each '*' or, of the first two, four hexadecimal digits",
            "(\\*|[0-9A-Fa-f]{4}):(\\*|[0-9A-Fa-f]{4})(:[^\\p{Cntrl}]{1,126})?");
    static final Check PERMISSIONS = new Check(
            "some of r, w and m, each once",
            text -> text.matches("[rwm]{1,3}") && text.chars().distinct().count() == text.length());
    static final Check PATH = new Check(
            "an absolute path of at most 1024 characters without '..', '.' and '//', and not '/' alone", Check::isPath);
    static final Check DEVICE_PATH = new Check(
            "a path below /dev, without '..', '.' and '//'", text -> text.startsWith("/dev/") && isPath(text));
    static final Check CONTAINER_PATH = new Check(
            "an absolute path of at most 1024 characters without '..', '.' and '//'; {name} is filled in",
            text -> isPath(text.replace("{name}", "x"))
                    && !text.replace("{name}", "x").matches(".*[{}].*"));
    static final Check VARIABLE = matches(
            "at most 128 letters, digits, '_', '-' and '.', no digit first", "[A-Za-z_.-][A-Za-z0-9_.-]{0,127}");
    static final Check VALUE = new Check(
            "at most 1024 characters, none of which is a control character",
            text -> text.length() <= 1024 && text.chars().noneMatch(Character::isISOControl));
    static final Check CDI = new Check(
            "a fully qualified CDI name: vendor.com/class=name",
            text -> CDI_NAME.matcher(text).matches());

    private static Check matches(String rule, String pattern) {
        var compiled = Pattern.compile(pattern);
        return new Check(rule, text -> compiled.matcher(text).matches());
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether a path is absolute, leads where it says, and is no longer than we allow. */
    static boolean isPath(String path) {
        if (!path.startsWith("/") || path.length() > MAX_PATH || path.chars().anyMatch(Character::isISOControl))
            return false;
        for (var name : path.substring(1).split("/", -1))
            if (name.isEmpty() || name.equals(".") || name.equals("..")) return false;
        return true;
    }
}
