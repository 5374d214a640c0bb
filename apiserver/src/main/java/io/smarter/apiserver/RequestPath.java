package io.smarter.apiserver;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a URL's path names (Kubernetes API concepts, "Resource URIs").
 *
 * @param namespace empty when the path names none
 * @param name empty when the path names a collection
 * @param subresource empty when the path names the object itself
 */
record RequestPath(String group, String version, String namespace, String plural, String name, String subresource) {
    private static final int MAX_PARTS = 12;

    /** Of a path below {@code /api} or {@code /apis}; null when it is no path of objects. */
    static @Nullable RequestPath parse(String path) {
        var parts = parts(path);
        if (parts.size() < 3 || parts.size() > MAX_PARTS) return null;
        boolean core = parts.getFirst().equals("api");
        if (!core && (!parts.getFirst().equals("apis") || parts.size() < 4)) return null;
        var group = core ? "" : parts.get(1);
        var version = parts.get(core ? 1 : 2);
        return below(group, version, parts.subList(core ? 2 : 3, parts.size()));
    }

    /** The same in a namespace. */
    RequestPath in(String other) {
        return new RequestPath(group, version, other, plural, name, subresource);
    }

    /** The same of one name. */
    RequestPath named(String other) {
        return new RequestPath(group, version, namespace, plural, other, subresource);
    }

    private static @Nullable RequestPath below(String group, String version, List<String> rest) {
        boolean inNamespace = rest.size() >= 3
                && rest.getFirst().equals("namespaces")
                && !(group.isEmpty() && isOfNamespace(rest.get(2)));
        var namespace = inNamespace ? rest.get(1) : "";
        var own = inNamespace ? rest.subList(2, rest.size()) : rest;
        if (own.size() > 3 || own.stream().anyMatch(String::isEmpty) || inNamespace && namespace.isEmpty()) return null;
        return new RequestPath(
                group,
                version,
                namespace,
                own.getFirst(),
                own.size() > 1 ? own.get(1) : "",
                own.size() > 2 ? own.get(2) : "");
    }

    private static boolean isOfNamespace(String part) {
        return part.equals("status") || part.equals("finalize");
    }

    private static List<String> parts(String path) {
        var parts = new ArrayList<String>();
        int end = path.length();
        if (end > 1 && path.charAt(end - 1) == '/') end--;
        for (int start = 1; start <= end; ) {
            int slash = path.indexOf('/', start);
            if (slash < 0 || slash > end) slash = end;
            parts.add(decoded(path.substring(start, slash)));
            start = slash + 1;
        }
        return parts;
    }

    private static String decoded(String part) {
        if (part.indexOf('%') < 0) return part;
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part;
        }
    }
}
