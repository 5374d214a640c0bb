package io.smarter.devices;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What symbolic links below {@code /dev} lead to, path_resolution(7), told from their texts alone. */
final class DevLinks {
    /** As many as the kernel follows. */
    private static final int MOST_FOLLOWED = 40;

    private DevLinks() {}

    /**
     * The path below {@code /dev} that a link leads to in the end; empty when it leads out of there, or round in a circle.
     *
     * @param links the text of each link below {@code /dev}, by its path there
     */
    static String resolve(String link, Map<String, String> links) {
        var rest = new ArrayDeque<String>();
        push(rest, "dev/" + link);
        var at = new ArrayList<String>();
        int followed = 0;
        while (!rest.isEmpty()) {
            step(at, rest.pop());
            if (!at.isEmpty() && !at.getFirst().equals("dev")) return "";
            var text = links.get(below(at));
            if (text == null) continue;
            if (++followed > MOST_FOLLOWED) return "";
            if (text.startsWith("/")) at.clear();
            else at.removeLast();
            push(rest, text);
        }
        return below(at);
    }

    private static void step(List<String> at, String name) {
        if (!name.equals("..")) at.add(name);
        else if (!at.isEmpty()) at.removeLast();
    }

    private static void push(ArrayDeque<String> rest, String path) {
        var names = new ArrayList<>(Arrays.asList(path.split("/", -1)));
        names.removeIf(name -> name.isEmpty() || name.equals("."));
        Collections.reverse(names);
        names.forEach(rest::push);
    }

    private static String below(List<String> at) {
        return at.size() < 2 ? "" : String.join("/", at.subList(1, at.size()));
    }
}
