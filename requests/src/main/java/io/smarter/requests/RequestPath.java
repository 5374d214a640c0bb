package io.smarter.requests;

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
public record RequestPath(
        String group, String version, String namespace, String plural, String name, String subresource) {
    /** The subresource below which a path goes on with one of somebody else. */
    public static final String PROXY = "proxy";

    private static final List<String> PROXIED = List.of("nodes", "pods", "services");
    private static final int MAX_PARTS = 12;

    /** Of a path below {@code /api} or {@code /apis}; null when it is no path of objects. */
    public static @Nullable RequestPath parse(String path) {
        var parts = parts(path);
        if (parts.size() < 3) return null;
        boolean core = parts.getFirst().equals("api");
        if (!core && (!parts.getFirst().equals("apis") || parts.size() < 4)) return null;
        var group = core ? "" : parts.get(1);
        var version = parts.get(core ? 1 : 2);
        var rest = parts.subList(core ? 2 : 3, parts.size());
        return below(group, version, isWatch(rest) ? rest.subList(1, rest.size()) : rest);
    }

    /** Whether a path says {@code watch} before the objects, as paths did before there was a parameter for it. */
    public static boolean isWatch(String path) {
        var parts = parts(path);
        int start = parts.getFirst().equals("api") ? 2 : 3;
        return parts.size() > start && isWatch(parts.subList(start, parts.size()));
    }

    private static boolean isWatch(List<String> rest) {
        return rest.size() > 1 && rest.getFirst().equals("watch");
    }

    /** The same in a namespace. */
    public RequestPath in(String other) {
        return new RequestPath(group, version, other, plural, name, subresource);
    }

    /** The same of one name. */
    public RequestPath named(String other) {
        return new RequestPath(group, version, namespace, plural, other, subresource);
    }

    private static @Nullable RequestPath below(String group, String version, List<String> rest) {
        boolean inNamespace = rest.size() >= 3
                && rest.getFirst().equals("namespaces")
                && !(group.isEmpty() && isOfNamespace(rest.get(2)));
        var namespace = inNamespace ? rest.get(1) : "";
        var own = inNamespace ? rest.subList(2, rest.size()) : rest;
        boolean proxied =
                own.size() > 3 && own.get(2).equals(PROXY) && group.isEmpty() && PROXIED.contains(own.getFirst());
        if (own.size() > 3 && !proxied || inNamespace && namespace.isEmpty()) return null;
        for (int i = 0; i < Math.min(3, own.size()); i++) if (own.get(i).isEmpty()) return null;
        return new RequestPath(
                group,
                version,
                namespace,
                own.getFirst(),
                own.size() > 1 ? own.get(1) : "",
                own.size() > 2 ? own.get(2) : "");
    }

    /** What comes after the name of the subresource in a path, as it is written there. */
    public String rest(String path) {
        int at = 0;
        for (int slashes = namespace.isEmpty() ? 5 : 7; slashes > 0 && at >= 0; slashes--)
            at = path.indexOf('/', at + 1);
        return at < 0 ? "" : path.substring(at);
    }

    private static boolean isOfNamespace(String part) {
        return part.equals("status") || part.equals("finalize");
    }

    private static List<String> parts(String path) {
        var parts = new ArrayList<String>();
        int end = path.length();
        if (end > 1 && path.charAt(end - 1) == '/') end--;
        for (int start = 1; start <= end && parts.size() < MAX_PARTS; ) {
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
