package io.smarter.auth;

import static java.lang.System.Logger.Level.ERROR;

import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.storage.Change;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.store.Store;
import io.smarter.types.ApiType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The roles and bindings of the store, ready to be asked what a user may do (Kubernetes "Using RBAC Authorization"). Told
 * of every change right after it is written, so it may be a moment behind. Safe for use by many threads.
 */
public final class RbacIndex {
    private static final System.Logger LOG = System.getLogger("io.smarter.auth");

    /** Rules by namespace and name of a role; the namespace of a cluster role is empty. */
    private final Map<Key, List<RbacRule>> roles = new ConcurrentHashMap<>();

    /** By namespace, then by name; the namespace of a cluster role binding is empty. */
    private final Map<String, Map<String, Binding>> bindings = new ConcurrentHashMap<>();

    private record Key(String namespace, String name) {}

    /** Knows of no roles yet. */
    public RbacIndex() {}

    private record Subject(String kind, String namespace, String name) {
        boolean is(User user) {
            return switch (kind) {
                case "User" -> user.name().equals(name);
                case "Group" -> user.groups().contains(name);
                case "ServiceAccount" -> user.name().equals(User.account(namespace, name));
                default -> false;
            };
        }

        String text() {
            return kind.equals("ServiceAccount")
                    ? "ServiceAccount \"%s/%s\"".formatted(name, namespace)
                    : "%s \"%s\"".formatted(kind, name);
        }
    }

    private record Binding(String namespace, String name, String kind, String role, List<Subject> subjects) {
        @Nullable
        Subject subject(User user) {
            for (var subject : subjects) if (subject.is(user)) return subject;
            return null;
        }

        String text(Subject subject) {
            return namespace.isEmpty()
                    ? "ClusterRoleBinding \"%s\" of %s \"%s\" to %s".formatted(name, kind, role, subject.text())
                    : "RoleBinding \"%s/%s\" of %s \"%s\" to %s".formatted(name, namespace, kind, role, subject.text());
        }
    }

    /** Takes what is there. */
    public void load(Store store, ApiType type) {
        try {
            for (var entry : store.list(type.folder(), null, 0, 0).entries()) load(new Stored(type, entry));
        } catch (CompactedException e) {
            throw new IllegalStateException("the store forgot its newest revision", e);
        }
    }

    /** An object that cannot be read must not keep the server from starting. */
    private void load(Stored object) {
        try {
            put(object.tree());
        } catch (JsonException e) {
            LOG.log(
                    ERROR,
                    "object cannot be read {key=%s}".formatted(object.entry().key()),
                    e);
        }
    }

    public void changed(Change change) {
        var now = change.now();
        var before = change.before();
        if (now != null) put(now.tree());
        else if (before != null) remove(before.tree());
    }

    private void put(Json.Obj object) {
        var namespace = object.textOrEmpty("metadata", "namespace");
        var name = object.textOrEmpty("metadata", "name");
        if (object.textOrEmpty("kind").endsWith("Role")) roles.put(new Key(namespace, name), RbacRule.all(object));
        else bindings.computeIfAbsent(namespace, _ -> new ConcurrentHashMap<>()).put(name, binding(object));
    }

    private void remove(Json.Obj object) {
        var namespace = object.textOrEmpty("metadata", "namespace");
        var name = object.textOrEmpty("metadata", "name");
        if (object.textOrEmpty("kind").endsWith("Role")) roles.remove(new Key(namespace, name));
        else
            bindings.computeIfPresent(namespace, (_, own) -> {
                own.remove(name);
                return own.isEmpty() ? null : own;
            });
    }

    private static Binding binding(Json.Obj object) {
        var namespace = object.textOrEmpty("metadata", "namespace");
        var subjects = new ArrayList<Subject>();
        for (var subject : object.items("subjects")) {
            var own = subject.textOrEmpty("namespace");
            subjects.add(new Subject(
                    subject.textOrEmpty("kind"), own.isEmpty() ? namespace : own, subject.textOrEmpty("name")));
        }
        return new Binding(
                namespace,
                object.textOrEmpty("metadata", "name"),
                object.textOrEmpty("roleRef", "kind"),
                object.textOrEmpty("roleRef", "name"),
                List.copyOf(subjects));
    }

    /** Whether some role allows it, by which binding, or which roles were not found. */
    public Authorization.Decision decide(Attributes asked) {
        var target = asked.target();
        var absent = new LinkedHashSet<String>();
        for (var binding : bindings(target == null ? "" : target.namespace())) {
            var subject = binding.subject(asked.user());
            if (subject == null) continue;
            var rules = rules(binding.namespace, binding.kind, binding.role);
            if (rules == null) absent.add(absent(binding.kind, binding.role));
            else if (rules.stream().anyMatch(rule -> rule.allows(asked)))
                return new Authorization.Decision(true, "RBAC: allowed by " + binding.text(subject));
        }
        return new Authorization.Decision(false, why(absent));
    }

    private static String why(Set<String> absent) {
        if (absent.isEmpty()) return "";
        var list = String.join(", ", absent);
        return "RBAC: " + (absent.size() == 1 ? list : "[" + list + "]");
    }

    private static String absent(String kind, String name) {
        return "%s.rbac.authorization.k8s.io \"%s\" not found"
                .formatted(kind.equals("Role") ? "role" : "clusterrole", name);
    }

    /** Everything that a user may do in a namespace, or in the whole cluster if it is empty. */
    List<RbacRule> rules(User user, String namespace) {
        var all = new ArrayList<RbacRule>();
        for (var binding : bindings(namespace)) {
            if (binding.subject(user) == null) continue;
            var rules = rules(binding.namespace, binding.kind, binding.role);
            if (rules != null) all.addAll(rules);
        }
        return all;
    }

    /** The rules of the role that a binding refers to; null when there is none. */
    @Nullable
    List<RbacRule> rules(String namespace, String kind, String name) {
        return roles.get(new Key(kind.equals("Role") ? namespace : "", name));
    }

    private List<Binding> bindings(String namespace) {
        var all = new ArrayList<>(bindings.getOrDefault("", Map.of()).values());
        if (!namespace.isEmpty())
            all.addAll(bindings.getOrDefault(namespace, Map.of()).values());
        return all;
    }
}
