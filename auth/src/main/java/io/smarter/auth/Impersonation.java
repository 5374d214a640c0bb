package io.smarter.auth;

import io.smarter.api.Status;
import io.smarter.api.User;
import io.smarter.http.Exchange;
import io.smarter.requests.RequestPath;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets those who may {@code impersonate} somebody ask as them (Kubernetes "User impersonation"). Safe for use by many
 * threads.
 */
public final class Impersonation {
    private static final String USER = "impersonate-user";
    private static final String GROUP = "impersonate-group";
    private static final String UID = "impersonate-uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private final Authorization authorization;

    public Impersonation(Authorization authorization) {
        this.authorization = authorization;
    }

    /** Whom a request is to be answered as: the one whom its headers name, or the one who really asks. */
    public User user(Exchange exchange, User real) {
        var headers = exchange.headers();
        var name = headers.first(USER, "");
        var uid = headers.first(UID, "");
        var groups = headers.all(GROUP);
        var extra = extra(exchange);
        if (name.isEmpty()) {
            if (uid.isEmpty() && groups.isEmpty() && extra.isEmpty()) return real;
            throw Status.internal("requested uid, groups or extra without impersonating a user")
                    .error();
        }
        var account = User.accountOf(name);
        if (account.isPresent())
            check(
                    real,
                    "",
                    account.get().namespace(),
                    "serviceaccounts",
                    account.get().name(),
                    "");
        else check(real, "", "", "users", name, "");
        for (var group : groups) check(real, "", "", "groups", group, "");
        extra.forEach(
                (key, values) -> values.forEach(value -> check(real, AUTHENTICATION, "", "userextras", value, key)));
        if (!uid.isEmpty()) check(real, AUTHENTICATION, "", "uids", uid, "");
        return new User(name, uid, groups(name, groups), extra);
    }

    private void check(User real, String group, String namespace, String plural, String name, String subresource) {
        var target = new RequestPath(group, "v1", namespace, plural, name, subresource);
        authorization.check(Attributes.of(real, "impersonate", target));
    }

    private static List<String> groups(String name, List<String> asked) {
        var groups = new ArrayList<>(asked);
        var account = User.accountOf(name);
        if (asked.isEmpty() && account.isPresent())
            groups.addAll(User.accountGroups(account.get().namespace()));
        boolean anonymous = name.equals(User.ANONYMOUS.name());
        boolean said = groups.contains(User.UNAUTHENTICATED) || !anonymous && groups.contains(User.AUTHENTICATED);
        if (!said) groups.add(anonymous ? User.UNAUTHENTICATED : User.AUTHENTICATED);
        return groups;
    }

    private static Map<String, List<String>> extra(Exchange exchange) {
        var extra = new LinkedHashMap<String, List<String>>();
        exchange.headers().forEach((header, value) -> {
            if (!header.startsWith(EXTRA)) return;
            var key = decoded(header.substring(EXTRA.length()));
            extra.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
        });
        return extra;
    }

    private static String decoded(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }
}
