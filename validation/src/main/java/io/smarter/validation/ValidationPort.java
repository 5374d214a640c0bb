package io.smarter.validation;

import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Says what is wrong with ports: numbers, names, and the lists of a container. */
final class ValidationPort {
    private static final int MAX_PORT = 65535;
    private static final int MAX_NAME = 15;

    private ValidationPort() {}

    /** A port that is given by its number or its name. */
    static void numberOrName(ValidationReport report, Json owner, String path, String member) {
        switch (owner.at(member)) {
            case Json.Num _ -> report.range(owner, path, member, 1, MAX_PORT);
            case Json.Str(var name) -> report.invalid(path + "." + member, name, name(name));
            case null, default -> report.required(path + "." + member, "");
        }
    }

    static void list(ValidationReport report, Json container, String path, boolean hostNetwork) {
        var names = new HashSet<String>();
        int index = 0;
        for (var port : container.items("ports")) {
            var at = path + ".ports[" + index++ + "]";
            var name = port.textOrEmpty("name");
            if (!name.isEmpty()) {
                var problems = name(name);
                report.invalid(at + ".name", name, problems);
                if (problems.isEmpty() && !names.add(name)) report.duplicate(at + ".name", name);
            }
            long number = port.number(0, "containerPort");
            if (number == 0) report.required(at + ".containerPort", "");
            else report.range(port, at, "containerPort", 1, MAX_PORT);
            long hostPort = port.number(0, "hostPort");
            if (hostPort != 0) report.range(port, at, "hostPort", 1, MAX_PORT);
            if (hostNetwork && hostPort != number)
                report.invalid(at + ".hostPort", hostPort, "must match `containerPort` when `hostNetwork` is true");
        }
    }

    /** What is wrong with a port's name (RFC 6335, section 5.1). */
    static List<String> name(String name) {
        var problems = new ArrayList<String>();
        if (name.length() > MAX_NAME) problems.add("must be no more than " + MAX_NAME + " characters");
        boolean known = !name.isEmpty() && name.chars().allMatch(c -> isLetter(c) || c >= '0' && c <= '9' || c == '-');
        if (!known) problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (name.chars().noneMatch(ValidationPort::isLetter)) problems.add("must contain at least one letter (a-z)");
        if (name.contains("--")) problems.add("must not contain consecutive hyphens");
        if (name.startsWith("-") || name.endsWith("-")) problems.add("must not begin or end with a hyphen");
        return problems;
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z';
    }
}
