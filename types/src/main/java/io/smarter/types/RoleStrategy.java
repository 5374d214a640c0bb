package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.LabelSelector;
import io.smarter.api.SelectorException;
import io.smarter.json.Json;
import io.smarter.schema.ValidationReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roles and cluster roles: rules that say something. */
final class RoleStrategy implements Strategy {
    private final boolean namespaced;

    RoleStrategy(boolean namespaced) {
        this.namespaced = namespaced;
    }

    @Override
    public List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        var report = new ValidationReport();
        int index = 0;
        for (var rule : object.items("rules")) rule(report, "rules[" + index++ + "]", rule);
        if (object.has("aggregationRule")) aggregation(report, object);
        return report.errors();
    }

    private void rule(ValidationReport report, String path, Json rule) {
        if (rule.items("verbs").isEmpty()) report.required(path + ".verbs", "verbs must contain at least one value");
        var urls = rule.items("nonResourceURLs");
        if (!urls.isEmpty()) {
            var shown = new Json.Arr(urls).compact();
            if (namespaced)
                report.invalid(path + ".nonResourceURLs", shown, "namespaced rules cannot apply to non-resource URLs");
            if (!rule.items("apiGroups").isEmpty()
                    || !rule.items("resources").isEmpty()
                    || !rule.items("resourceNames").isEmpty())
                report.invalid(
                        path + ".nonResourceURLs",
                        shown,
                        "rules cannot apply to both regular resources and non-resource URLs");
            return;
        }
        if (rule.items("apiGroups").isEmpty())
            report.required(path + ".apiGroups", "resource rules must supply at least one api group");
        if (rule.items("resources").isEmpty())
            report.required(path + ".resources", "resource rules must supply at least one resource");
    }

    private static void aggregation(ValidationReport report, Json.Obj object) {
        var path = "aggregationRule.clusterRoleSelectors";
        var selectors = object.items("aggregationRule", "clusterRoleSelectors");
        if (selectors.isEmpty())
            report.required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        for (int i = 0; i < selectors.size(); i++) {
            try {
                if (selectors.get(i) instanceof Json.Obj selector) LabelSelector.of(selector);
            } catch (SelectorException e) {
                report.invalid(path + "[" + i + "]", selectors.get(i).compact(), String.valueOf(e.getMessage()));
            }
        }
    }
}
