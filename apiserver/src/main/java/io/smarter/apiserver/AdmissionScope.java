package io.smarter.apiserver;

import io.smarter.cel.Cel;
import io.smarter.cel.CelConversion;
import io.smarter.cel.CelExpression;
import io.smarter.cel.CelJson;
import io.smarter.cel.CelLazy;
import io.smarter.cel.CelRecord;
import io.smarter.cel.CelRun;
import io.smarter.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variables of expressions about one request, made when they are asked for, and the budget that the expressions share.
 * Used by one thread.
 */
final class AdmissionScope {
    private static final long BUDGET = 10_000_000;
    private static final long CALL_BUDGET = 1_000_000;

    private final CelRun.Scope plain;
    private CelRun.Scope variables;
    private final CelAuthorizer authorizer;
    private long left = BUDGET;

    /** What came of an expression: a value, or what went wrong. */
    record Result(@Nullable Object value, String error) {}

    /** A variable that other expressions may use. */
    record Variable(String name, CelExpression expression) {}

    AdmissionScope(AdmissionRequest request, AdmissionSources sources) {
        var scope = new CelRun.Scope("object", lazy(request.object()), null);
        scope = new CelRun.Scope("oldObject", lazy(request.old()), scope);
        scope = new CelRun.Scope("request", new CelLazy(_ -> CelConversion.value(null, request.described())), scope);
        var in = request.placedIn();
        var namespace = in.isEmpty()
                ? Json.Null.NULL
                : new CelLazy(_ -> CelConversion.value(null, shown(sources.namespace(in))));
        plain = new CelRun.Scope("namespaceObject", namespace, scope);
        variables = plain;
        authorizer = sources.authorizer(request);
    }

    private AdmissionScope(CelRun.Scope plain, CelAuthorizer authorizer) {
        this.plain = plain;
        this.variables = plain;
        this.authorizer = authorizer;
    }

    private static Object lazy(Json.@Nullable Obj object) {
        return object == null ? Json.Null.NULL : new CelLazy(_ -> CelConversion.value(null, object));
    }

    private static Json.Obj shown(Json.Obj namespace) {
        return Json.obj(
                "metadata",
                namespace.object("metadata").without("managedFields").without("ownerReferences"),
                "spec",
                namespace.object("spec"),
                "status",
                namespace.object("status"));
    }

    /** The same request seen with some parameters, and a budget of its own. */
    AdmissionScope withParams(Json params) {
        Object value = params instanceof Json.Null none ? none : new CelLazy(_ -> CelConversion.value(null, params));
        return new AdmissionScope(new CelRun.Scope("params", value, plain), authorizer);
    }

    /** Declares variables, each of which may use those before it. */
    AdmissionScope with(List<Variable> declared) {
        var made = new AdmissionScope(plain, authorizer);
        var fields = new LinkedHashMap<String, Object>();
        for (var variable : declared) {
            var before = new CelRun.Scope("variables", new CelRecord(new LinkedHashMap<>(fields)), made.asking());
            fields.put(variable.name, new CelLazy(run -> computed(run, variable, before)));
        }
        made.variables = new CelRun.Scope("variables", new CelRecord(fields), plain);
        return made;
    }

    private static Object computed(CelRun run, Variable variable, CelRun.Scope scope) {
        try {
            return variable.expression.value(run, scope);
        } catch (Cel.Failure e) {
            throw new Cel.Failure(
                    -1, "composited variable \"%s\" fails to evaluate: %s".formatted(variable.name, e.text()));
        }
    }

    private CelRun.Scope asking() {
        return new CelRun.Scope("authorizer", authorizer, variables);
    }

    /** Evaluates an expression that may ask who may do what. */
    Result value(CelExpression expression) {
        return value(expression, asking());
    }

    /** Evaluates an expression that makes data, as JSON. */
    Result data(CelExpression expression) {
        var result = value(expression);
        var value = result.value();
        if (value == null) return result;
        try {
            return new Result(CelJson.of(new CelRun(CALL_BUDGET), value), "");
        } catch (Cel.Failure e) {
            return failed(expression, e.text());
        } catch (CelRun.OverBudget e) {
            return failed(expression, String.valueOf(e.getMessage()));
        }
    }

    /** Evaluates an expression that makes a text. */
    Result text(CelExpression expression) {
        return value(expression, variables);
    }

    private Result value(CelExpression expression, CelRun.Scope scope) {
        if (left <= 0)
            return new Result(
                    null,
                    "validation failed due to running out of cost budget, no further validation rules will be run");
        var run = new CelRun(Math.min(left, CALL_BUDGET));
        try {
            return new Result(expression.value(run, scope), "");
        } catch (Cel.Failure e) {
            return failed(expression, e.text());
        } catch (CelRun.OverBudget e) {
            return failed(expression, String.valueOf(e.getMessage()));
        } finally {
            left -= run.spent();
        }
    }

    private static Result failed(CelExpression expression, String why) {
        return new Result(null, "expression '%s' resulted in error: %s".formatted(expression.text(), why));
    }
}
