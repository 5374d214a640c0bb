package io.smarter.gateway;

import java.util.HashSet;
import java.util.Set;

/** The names of an image in full, as runtimes list it: with its registry and its tag. */
final class ImageNames {
    private ImageNames() {}

    /** A name as it was written, and in full. */
    static Set<String> of(String name) {
        int slash = name.indexOf('/');
        var host = slash < 0 ? "" : name.substring(0, slash);
        boolean hosted = host.contains(".") || host.contains(":") || host.equals("localhost");
        var full = hosted ? name : "docker.io/" + (slash < 0 ? "library/" : "") + name;
        boolean tagged = full.contains("@") || full.lastIndexOf(':') > full.lastIndexOf('/');
        var names = new HashSet<>(Set.of(name));
        names.add(tagged ? full : full + ":latest");
        return names;
    }
}
