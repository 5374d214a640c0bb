package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.Names;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bindings of roles: subjects of known kinds, and a role that is for good. */
final class RoleBindingStrategy implements Strategy {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final boolean namespaced;

    RoleBindingStrategy(boolean namespaced) {
        this.namespaced = namespaced;
    }

    @Override
    public Json.Obj created(Json.Obj object) {
        return withGroups(object);
    }

    @Override
    public Json.Obj updated(Json.Obj object, Json.Obj old) {
        return withGroups(object);
    }

    private static Json.Obj withGroups(Json.Obj object) {
        var whole = object;
        if (object.at("roleRef") instanceof Json.Obj
                && object.textOrEmpty("roleRef", "apiGroup").isEmpty())
            whole = whole.withAt(Json.of(GROUP), "roleRef", "apiGroup");
        if (object.items("subjects").isEmpty()) return whole;
        var subjects = object.items("subjects").stream()
                .map(RoleBindingStrategy::subject)
                .toList();
        return whole.with("subjects", new Json.Arr(subjects));
    }

    private static Json subject(Json subject) {
        var kind = subject.textOrEmpty("kind");
        boolean named = kind.equals("User") || kind.equals("Group");
        return subject instanceof Json.Obj object
                        && named
                        && object.textOrEmpty("apiGroup").isEmpty()
                ? object.with("apiGroup", Json.of(GROUP))
                : subject;
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var report = new ValidationReport();
        var role = object.object("roleRef");
        if (!role.textOrEmpty("apiGroup").equals(GROUP))
            report.unsupported("roleRef.apiGroup", role.textOrEmpty("apiGroup"), List.of(GROUP));
        var kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(role.textOrEmpty("kind")))
            report.unsupported("roleRef.kind", role.textOrEmpty("kind"), kinds);
        var name = role.textOrEmpty("name");
        if (name.isEmpty()) report.required("roleRef.name", "");
        else report.invalid("roleRef.name", name, Metadata.segment(name));
        int index = 0;
        for (var subject : object.items("subjects")) subject(report, "subjects[" + index++ + "]", subject);
        if (old != null && !SchemaValues.same(role, old.object("roleRef")))
            report.invalid("roleRef", role.compact(), "cannot change roleRef");
        return report.errors();
    }

    private void subject(ValidationReport report, String path, Json subject) {
        var name = subject.textOrEmpty("name");
        var group = subject.textOrEmpty("apiGroup");
        if (name.isEmpty()) report.required(path + ".name", "");
        switch (subject.textOrEmpty("kind")) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) report.invalid(path + ".name", name, Names.subdomain(name));
                if (!group.isEmpty()) report.unsupported(path + ".apiGroup", group, List.of(""));
                if (!namespaced && subject.textOrEmpty("namespace").isEmpty()) report.required(path + ".namespace", "");
            }
            case "User", "Group" -> {
                if (!group.equals(GROUP)) report.unsupported(path + ".apiGroup", group, List.of(GROUP));
            }
            default ->
                report.unsupported(
                        path + ".kind", subject.textOrEmpty("kind"), List.of("ServiceAccount", "User", "Group"));
        }
    }
}
