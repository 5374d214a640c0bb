package io.smarter.api;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules for names, labels and annotations (Kubernetes "Object Names and IDs"; RFC 1123, RFC 1035). Each check gives
 * the messages that Kubernetes gives, none when the name is good.
 */
public final class Names {
    private static final int LABEL = 63;
    private static final int SUBDOMAIN = 253;
    private static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
                    + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
                    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL_1035_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                    + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
                    + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static final String QUALIFIED_RULE =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
                    + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
                    + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
                    + "used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private Names() {}

    /** A name that is one part of a host name, as namespaces have. */
    public static List<String> label(String name) {
        return check(name, LABEL, isLabel(name), LABEL_RULE);
    }

    /** A name that is one part of a host name and starts with a letter, as services have. */
    public static List<String> label1035(String name) {
        boolean good = isLabel(name) && name.charAt(0) >= 'a';
        return check(name, LABEL, good, LABEL_1035_RULE);
    }

    /** A name that is a host name, as most objects have. */
    public static List<String> subdomain(String name) {
        return check(name, SUBDOMAIN, isSubdomain(name), SUBDOMAIN_RULE);
    }

    /** A key of a label or an annotation: a name, with or without a host name and a slash before it. */
    public static List<String> qualified(String key) {
        int slash = key.indexOf('/');
        if (slash != key.lastIndexOf('/'))
            return List.of("a qualified name " + QUALIFIED_RULE
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        var problems = new ArrayList<String>();
        if (slash == 0) problems.add("prefix part must be non-empty");
        if (slash > 0) for (var problem : subdomain(key.substring(0, slash))) problems.add("prefix part " + problem);
        var name = key.substring(slash + 1);
        if (name.isEmpty()) problems.add("name part must be non-empty");
        if (name.length() > LABEL) problems.add("name part " + tooLong(LABEL));
        if (!isWord(name)) problems.add("name part " + QUALIFIED_RULE);
        return List.copyOf(problems);
    }

    /** The value of a label. */
    public static List<String> labelValue(String value) {
        return check(value, LABEL, value.isEmpty() || isWord(value), VALUE_RULE);
    }

    private static List<String> check(String text, int length, boolean good, String rule) {
        if (good) return text.length() > length ? List.of(tooLong(length)) : List.of();
        return text.length() > length ? List.of(tooLong(length), rule) : List.of(rule);
    }

    private static String tooLong(int length) {
        return "must be no more than " + length + " characters";
    }

    private static boolean isSubdomain(String name) {
        int start = 0;
        while (true) {
            int dot = name.indexOf('.', start);
            if (!isLabel(name.substring(start, dot < 0 ? name.length() : dot))) return false;
            if (dot < 0) return true;
            start = dot + 1;
        }
    }

    private static boolean isLabel(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inner = c == '-' && i > 0 && i < text.length() - 1;
            if (!inner && (c < 'a' || c > 'z') && (c < '0' || c > '9')) return false;
        }
        return !text.isEmpty();
    }

    private static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inner = (c == '-' || c == '_' || c == '.') && i > 0 && i < text.length() - 1;
            if (!inner && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')) return false;
        }
        return !text.isEmpty();
    }
}
