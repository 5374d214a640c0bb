package io.smarter.api;

import io.smarter.json.Json;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a request failed, in Kubernetes' words (meta/v1 Status).
 *
 * @param code the HTTP status
 * @param reason for programs, such as {@code NotFound}
 * @param metadata of a list that failed, empty else
 */
public record Status(int code, String reason, String message, Json.Obj details, Json.Obj metadata) {
    private static final String MODIFIED =
            "the object has been modified; please apply your changes to the latest version and try again";

    public Status(int code, String reason, String message, Json.Obj details) {
        this(code, reason, message, details, Json.Obj.EMPTY);
    }

    public Json.Obj json() {
        return Json.obj(
                "kind",
                "Status",
                "apiVersion",
                "v1",
                "metadata",
                metadata,
                "status",
                "Failure",
                "message",
                message,
                "reason",
                reason.isEmpty() ? null : reason,
                "details",
                details.members().isEmpty() ? null : details,
                "code",
                code);
    }

    /** What is answered where there is no object to show. */
    public static Json.Obj success(int code) {
        return Json.obj(
                "kind", "Status", "apiVersion", "v1", "metadata", Json.Obj.EMPTY, "status", "Success", "code", code);
    }

    /** This status as something to throw. */
    public StatusException error() {
        return new StatusException(this, null);
    }

    /** This status as something to throw, with what led to it. */
    public StatusException error(Throwable cause) {
        return new StatusException(this, cause);
    }

    public static Status of(int code, String reason, String message) {
        return new Status(code, reason, message, Json.Obj.EMPTY);
    }

    public static Status badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    public static Status unauthorized() {
        return of(401, "Unauthorized", "Unauthorized");
    }

    public static Status noSuchPath() {
        return of(404, "NotFound", "the server could not find the requested resource");
    }

    public static Status methodNotAllowed() {
        return of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    public static Status internal(String what) {
        return of(500, "InternalError", "Internal error occurred: " + what);
    }

    public static Status tooLarge(int limit) {
        return of(413, "RequestEntityTooLarge", "Request entity too large: limit is " + limit);
    }

    public static Status tooManyRequests() {
        var details = Json.obj("retryAfterSeconds", 1);
        return new Status(429, "TooManyRequests", "Too many requests, please try again later.", details);
    }

    public static Status notFound(Resource resource, String name) {
        return about(404, "NotFound", resource, name, "not found");
    }

    public static Status alreadyExists(Resource resource, String name) {
        return about(409, "AlreadyExists", resource, name, "already exists");
    }

    public static Status forbidden(Resource resource, String name, String why) {
        var what = name.isEmpty() ? qualified(resource) : qualified(resource) + " \"" + name + '"';
        return new Status(403, "Forbidden", what + " is forbidden: " + why, details(resource, resource.plural(), name));
    }

    /** The object is not what the writer thought it is. */
    public static Status conflict(Resource resource, String name, String why) {
        var message = "Operation cannot be fulfilled on %s \"%s\": %s".formatted(qualified(resource), name, why);
        return new Status(409, "Conflict", message, details(resource, resource.plural(), name));
    }

    public static Status modified(Resource resource, String name) {
        return conflict(resource, name, MODIFIED);
    }

    /** An object, or what is asked for, is not right. */
    public static Status invalid(String group, String kind, String name, List<FieldError> errors) {
        var kindName = group.isEmpty() ? kind : kind + "." + group;
        var list = errors.size() == 1
                ? errors.getFirst().toString()
                : errors.stream().map(FieldError::toString).collect(Collectors.joining(", ", "[", "]"));
        var causes = errors.stream()
                .map(error ->
                        Json.obj("reason", error.reason().cause(), "message", error.message(), "field", error.field()))
                .toList();
        var details = Json.obj(
                "name",
                name.isEmpty() ? null : name,
                "group",
                group.isEmpty() ? null : group,
                "kind",
                kind,
                "causes",
                causes);
        return new Status(422, "Invalid", "%s \"%s\" is invalid: %s".formatted(kindName, name, list), details);
    }

    public static Status expired(String message) {
        return of(410, "Expired", message);
    }

    /** The revision that a list's pages show is no longer kept; {@code next} continues with what is there now. */
    public static Status expiredPages(String next) {
        var message = "The provided continue parameter is too old to display a consistent list result. You can start a "
                + "new list without the continue parameter, or use the continue token in this response to retrieve the "
                + "remainder of the results. Continuing with the provided token results in an inconsistent list - objects "
                + "that were created, modified, or deleted between the time the first chunk was returned and now may show "
                + "up in the list.";
        return new Status(410, "Expired", message, Json.Obj.EMPTY, Json.obj("continue", next));
    }

    /** Events or states of that revision are no longer kept. */
    public static Status tooOld(long revision, long oldest) {
        return expired("too old resource version: %d (%d)".formatted(revision, oldest));
    }

    /** A revision that is still to come. */
    public static Status tooNew(long revision, long current) {
        var message = "Too large resource version: %d, current: %d".formatted(revision, current);
        var cause = Json.obj("reason", "ResourceVersionTooLarge", "message", "Too large resource version");
        return new Status(
                504, "Timeout", "Timeout: " + message, Json.obj("causes", Json.arr(cause), "retryAfterSeconds", 1));
    }

    public static Status unsupportedMediaType(String accepted) {
        return of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + accepted);
    }

    /** This status with one cause more in its details. */
    public Status withCause(String causeReason, String causeMessage, String field) {
        var causes = new Json.Arr(details.items("causes"))
                .plus(Json.obj("reason", causeReason, "message", causeMessage, "field", field));
        return new Status(code, reason, message, details.with("causes", causes));
    }

    private static Status about(int code, String reason, Resource resource, String name, String what) {
        var message = "%s \"%s\" %s".formatted(qualified(resource), name, what);
        return new Status(code, reason, message, details(resource, resource.plural(), name));
    }

    private static Json.Obj details(Resource resource, String kind, String name) {
        return Json.obj(
                "name", name.isEmpty() ? null : name,
                "group", resource.group().isEmpty() ? null : resource.group(),
                "kind", kind);
    }

    private static String qualified(Resource resource) {
        return resource.group().isEmpty() ? resource.plural() : resource.plural() + "." + resource.group();
    }
}
