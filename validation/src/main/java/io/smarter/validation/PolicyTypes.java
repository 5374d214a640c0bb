package io.smarter.validation;

import io.smarter.cel.Cel;
import io.smarter.cel.CelCheck;
import io.smarter.cel.CelCheck.Known;
import io.smarter.cel.CelCheck.Names;
import io.smarter.cel.CelParser;
import io.smarter.cel.CelShape;
import io.smarter.json.Json;
import io.smarter.schema.SchemaShape;
import io.smarter.schema.SchemaType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the variables of a policy's expressions before there is a request. Pure functions.
 */
public final class PolicyTypes {
    private static final Known TEXT = Known.type("string");
    private static final Known TIME = Known.type("timestamp");
    private static final Known WHOLE = Known.type("int");
    private static final Known TEXTS = SchemaShape.known(new SchemaType.ListOf(SchemaType.Scalar.STRING, null));
    private static final Known LABELS = SchemaShape.known(new SchemaType.MapOf(SchemaType.Scalar.STRING, null));
    private static final Known REQUEST = request();
    private static final Known NAMESPACE = namespace();

    private PolicyTypes() {}

    private static Known request() {
        var kind = CelShape.Fields.known(Map.of("group", TEXT, "version", TEXT, "kind", TEXT));
        var resource = CelShape.Fields.known(Map.of("group", TEXT, "version", TEXT, "resource", TEXT));
        var extra =
                SchemaShape.known(new SchemaType.MapOf(new SchemaType.ListOf(SchemaType.Scalar.STRING, null), null));
        var user = CelShape.Fields.known(Map.of("username", TEXT, "uid", TEXT, "groups", TEXTS, "extra", extra));
        return CelShape.Fields.known(Map.ofEntries(
                Map.entry("kind", kind),
                Map.entry("resource", resource),
                Map.entry("subResource", TEXT),
                Map.entry("requestKind", kind),
                Map.entry("requestResource", resource),
                Map.entry("requestSubResource", TEXT),
                Map.entry("name", TEXT),
                Map.entry("namespace", TEXT),
                Map.entry("operation", TEXT),
                Map.entry("userInfo", user),
                Map.entry("dryRun", Known.type("bool")),
                Map.entry("options", Known.NOTHING)));
    }

    private static Known namespace() {
        var metadata = Map.ofEntries(
                Map.entry("name", TEXT),
                Map.entry("generateName", TEXT),
                Map.entry("namespace", TEXT),
                Map.entry("labels", LABELS),
                Map.entry("annotations", LABELS),
                Map.entry("uid", TEXT),
                Map.entry("UID", TEXT),
                Map.entry("creationTimestamp", TIME),
                Map.entry("deletionGracePeriodSeconds", WHOLE),
                Map.entry("deletionTimestamp", TIME),
                Map.entry("generation", WHOLE),
                Map.entry("resourceVersion", TEXT),
                Map.entry("finalizers", TEXTS));
        return CelShape.Fields.known(Map.of(
                "metadata", CelShape.Fields.known(metadata),
                "spec", CelShape.Fields.known(Map.of("finalizers", TEXTS)),
                "status", CelShape.Fields.known(Map.of("phase", TEXT))));
    }

    /**
     * The variables of every expression about a request.
     *
     * @param params null where there are none
     */
    public static Names names(Known object, @Nullable Known params) {
        var names = new Names("object", object, new Names("oldObject", object, null));
        names = new Names("request", REQUEST, names);
        names = new Names("namespaceObject", NAMESPACE, names);
        return params == null ? names : new Names("params", params, names);
    }

    /** Those that may ask who may do what as well. */
    public static Names asking(Names names) {
        return new Names("authorizer", Known.NOTHING, names);
    }

    /** Adds the variables that a policy declares; one whose expression is wrong is of a type that nobody knows. */
    public static Names declared(Json spec, Names names) {
        var fields = new LinkedHashMap<String, Known>();
        for (var variable : spec.items("variables")) {
            var before = new Names("variables", CelShape.Fields.known(Map.copyOf(fields)), asking(names));
            fields.put(variable.textOrEmpty("name"), known(variable.textOrEmpty("expression"), before));
        }
        return new Names("variables", CelShape.Fields.known(fields), names);
    }

    private static Known known(String expression, Names names) {
        try {
            return CelCheck.known(CelParser.parse(expression), names);
        } catch (Cel.Failure e) {
            return Known.NOTHING;
        }
    }
}
