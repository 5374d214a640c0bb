package io.smarter.api;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who asks (authentication.k8s.io UserInfo). Immutable.
 *
 * @param uid empty when there is none
 * @param extra what else is known, such as the pod that a token is bound to
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";
    public static final String MASTERS = "system:masters";

    /** Whoever gives no reason to be taken for somebody. */
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of(UNAUTHENTICATED), Map.of());

    /** What the name of a node's user starts with. */
    public static final String NODE = "system:node:";

    /** The group of all nodes. */
    public static final String NODES = "system:nodes";

    private static final String ACCOUNT = "system:serviceaccount:";

    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** Somebody who has shown who they are. */
    public static User of(String name, List<String> groups) {
        var all = new ArrayList<>(groups);
        if (!all.contains(AUTHENTICATED)) all.add(AUTHENTICATED);
        return new User(name, "", all, Map.of());
    }

    /** The name of a service account as user. */
    public static String account(String namespace, String name) {
        return ACCOUNT + namespace + ":" + name;
    }

    /** The groups that a service account is in. */
    public static List<String> accountGroups(String namespace) {
        return List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, AUTHENTICATED);
    }

    /** Namespace and name of the service account that a user's name stands for. */
    public static Optional<Account> accountOf(String name) {
        if (!name.startsWith(ACCOUNT)) return Optional.empty();
        var parts = name.substring(ACCOUNT.length()).split(":", -1);
        boolean whole = parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty();
        return whole ? Optional.of(new Account(parts[0], parts[1])) : Optional.empty();
    }

    public record Account(String namespace, String name) {}

    /** Whether everything is allowed. */
    public boolean administrator() {
        return groups.contains(MASTERS);
    }

    /** The node, if it is one. */
    public Optional<String> node() {
        return name.startsWith(NODE) && groups.contains(NODES)
                ? Optional.of(name.substring(NODE.length()))
                : Optional.empty();
    }

    public Json.Obj json() {
        return Json.obj(
                "username", name.isEmpty() ? null : name,
                "uid", uid.isEmpty() ? null : uid,
                "groups", groups.isEmpty() ? null : groups,
                "extra", extra.isEmpty() ? null : extra);
    }
}
