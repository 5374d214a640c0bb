package io.smarter.auth;

import io.smarter.api.FieldSelector;
import io.smarter.api.SelectorException;
import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.http.Query;
import io.smarter.requests.RequestPath;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, as authorization sees it (Kubernetes "Authorization", "Review your request attributes"). Immutable.
 *
 * @param path the URL's path; empty in a question about objects
 * @param target the objects; null when the request is about a path
 * @param node the only node of whose pods a list or watch is; empty for all
 */
public record Attributes(
        User user, String verb, String path, @Nullable RequestPath target, String node) {
    /** Of a request for a path that is no object. */
    public static Attributes ofPath(User user, String method, String path) {
        return new Attributes(user, method.toLowerCase(Locale.ROOT), path, null, "");
    }

    /** Of a question about objects. */
    public static Attributes of(User user, String verb, RequestPath target) {
        return new Attributes(user, verb, "", target, "");
    }

    /** Of a request about objects. A list of one name is about that name, and a namespace is in itself. */
    public static Attributes of(User user, String verb, RequestPath path, Query query) {
        var target = path;
        if (path.group().isEmpty()
                && path.plural().equals("namespaces")
                && !path.name().isEmpty()) target = path.in(path.name());
        boolean many = verb.equals("list") || verb.equals("watch");
        if (!many || !query.has("fieldSelector")) return of(user, verb, target);
        try {
            return of(user, verb, target).selected(FieldSelector.parse(query.first("fieldSelector", "")));
        } catch (SelectorException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).error(e);
        }
    }

    /** These, narrowed by a selector. */
    public Attributes selected(FieldSelector fields) {
        var name = fields.required("metadata.name");
        var of = target == null || name == null || !target.name().isEmpty() ? target : target.named(name);
        var selected = fields.required("spec.nodeName");
        return new Attributes(user, verb, path, of, selected == null ? "" : selected);
    }

    /** The resource with its subresource, as roles name it. */
    public static String resource(RequestPath target) {
        return target.subresource().isEmpty() ? target.plural() : target.plural() + "/" + target.subresource();
    }
}
