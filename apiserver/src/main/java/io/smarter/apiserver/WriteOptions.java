package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.json.Json;
import io.smarter.patch.ManagedFields;
import io.smarter.storage.ApiRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * How a write is wanted (meta/v1 CreateOptions, UpdateOptions, PatchOptions).
 *
 * @param request that asks for it
 * @param dryRun everything is done but the writing
 * @param manager who is accountable for the fields
 * @param strictness {@code Ignore}, {@code Warn} or {@code Strict} about fields that do not exist
 * @param warnings what the client is to be told; filled while the request is answered
 */
record WriteOptions(
        ApiRequest request,
        boolean dryRun,
        String manager,
        String strictness,
        String subresource,
        List<String> warnings) {
    private static final int MAX_MANAGER = 128;

    static WriteOptions of(ApiRequest request) {
        var errors = new ArrayList<FieldError>();
        var query = request.query();
        for (var value : query.all("dryRun")) {
            if (!value.equals("All"))
                errors.add(unsupported("dryRun", new Json.Arr(List.of(Json.of(value))).compact(), "\"All\""));
        }
        var manager = query.first("fieldManager", "");
        if (manager.length() > MAX_MANAGER)
            errors.add(new FieldError(
                    "fieldManager",
                    FieldError.Reason.TOO_LONG,
                    null,
                    "may not be more than " + MAX_MANAGER + " bytes"));
        var strictness = query.first("fieldValidation", "Warn");
        if (!List.of("", "Ignore", "Warn", "Strict").contains(strictness))
            errors.add(unsupported("fieldValidation", strictness, "\"\", \"Ignore\", \"Strict\", \"Warn\""));
        if (!errors.isEmpty()) throw invalid(request.verb(), errors).error();
        return new WriteOptions(
                request,
                query.has("dryRun"),
                ManagedFields.managerOf(manager, request.exchange().headers().first("user-agent")),
                strictness.isEmpty() ? "Warn" : strictness,
                request.subresource(),
                new ArrayList<>(request.type().strategy().notices()));
    }

    /** These, for a body whose unknown fields are somebody else's matter. */
    WriteOptions lenient() {
        return new WriteOptions(request, dryRun, manager, "Ignore", subresource, warnings);
    }

    /** Tells the client something, once. */
    void warn(List<String> more) {
        for (var warning : more) if (!warnings.contains(warning)) warnings.add(warning);
    }

    private static Status invalid(String verb, List<FieldError> errors) {
        var kind = switch (verb) {
            case "create" -> "CreateOptions";
            case "patch" -> "PatchOptions";
            case "delete", "deletecollection" -> "DeleteOptions";
            default -> "UpdateOptions";
        };
        return Status.invalid("meta.k8s.io", kind, "", errors);
    }

    private static FieldError unsupported(String field, String value, String supported) {
        return new FieldError(field, FieldError.Reason.NOT_SUPPORTED, value, "supported values: " + supported);
    }
}
