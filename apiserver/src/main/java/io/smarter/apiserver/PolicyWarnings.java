package io.smarter.apiserver;

import io.smarter.cel.Cel;
import io.smarter.cel.CelCheck;
import io.smarter.cel.CelCheck.Known;
import io.smarter.cel.CelParser;
import io.smarter.json.Json;
import io.smarter.schema.SchemaShape;
import io.smarter.types.ApiType;
import io.smarter.types.Types;
import io.smarter.validation.PolicyTypes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a policy's expressions cannot be right because of the types that it is about. Pure functions. */
final class PolicyWarnings {
    private static final int MOST_TYPES = 10;

    private PolicyWarnings() {}

    /** What of a policy's expressions does not go together with the types that it is about. */
    static Json.Arr of(Json.Obj policy, AdmissionSources sources) {
        var spec = policy.object("spec");
        var types = named(spec.items("matchConstraints", "resourceRules"), sources.types());
        var paramType =
                sources.typeOf(spec.textOrEmpty("paramKind", "apiVersion"), spec.textOrEmpty("paramKind", "kind"));
        var params = paramType == null
                ? spec.has("paramKind") ? Known.NOTHING : null
                : SchemaShape.known(paramType.kind().type());
        var warnings = new Json.Arr(List.of());
        int index = 0;
        for (var validation : spec.items("validations")) {
            for (var member : List.of("expression", "messageExpression")) {
                var text = validation.textOrEmpty(member);
                var told = text.isEmpty() ? "" : told(text, spec, types, params);
                if (!told.isEmpty())
                    warnings = warnings.plus(
                            Json.obj("fieldRef", "spec.validations[%d].%s".formatted(index, member), "warning", told));
            }
            index++;
        }
        return warnings;
    }

    private static String told(String expression, Json.Obj spec, Set<ApiType> types, @Nullable Known params) {
        var told = new StringBuilder();
        for (var type : types) {
            var names = PolicyTypes.names(SchemaShape.known(type.kind().type()), params);
            try {
                CelCheck.known(CelParser.parse(expression), PolicyTypes.asking(PolicyTypes.declared(spec, names)));
            } catch (Cel.Failure e) {
                if (!told.isEmpty()) told.append('\n');
                told.append(type.kind().gvk())
                        .append(": ")
                        .append(e.pointed(expression))
                        .append('\n');
            }
        }
        return told.toString();
    }

    /** The types that rules name without wildcards. */
    private static Set<ApiType> named(List<Json> rules, Types all) {
        var named = new LinkedHashSet<ApiType>();
        for (var item : rules) {
            var rule = AdmissionMatch.Rule.of(item);
            if (rule.groups().contains("*") || rule.versions().contains("*")) continue;
            for (var type : all.all()) {
                var resource = type.resource();
                if (named.size() < MOST_TYPES
                        && rule.groups().contains(resource.group())
                        && rule.versions().contains(resource.version())
                        && rule.resources().contains(resource.plural())) named.add(type);
            }
        }
        return named;
    }
}
