package io.smarter.apiserver;

import io.smarter.api.FieldError;
import io.smarter.api.Status;
import io.smarter.api.StatusException;
import io.smarter.auth.Authorization;
import io.smarter.json.Json;
import io.smarter.patch.ManagedFields;
import io.smarter.quota.LimitRanges;
import io.smarter.requests.Body;
import io.smarter.schema.Defaults;
import io.smarter.schema.SchemaDecoder;
import io.smarter.schema.SchemaValues;
import io.smarter.types.ApiType;
import io.smarter.types.Metadata;
import io.smarter.validation.Validation;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a client sent into what may be stored: reads it by its schema, sets what the server decides, fills in
 * defaults, refuses what is wrong, and notes who owns which field. Safe for use by many threads.
 */
final class Admission {
    /** Its objects are of a kind of their own, and pass the gate as that. */
    private static final String SCALE = "scale";

    /** Of so many fields that do not exist a client is told. */
    private static final int MAX_TOLD = 100;

    private final Namespaces namespaces;
    private final PodAdmission pods;
    private final LimitRanges limits;
    private final Authorization authorization;
    private final AdmissionGate gate;
    private final Clock clock;

    Admission(
            Namespaces namespaces,
            PodAdmission pods,
            LimitRanges limits,
            Authorization authorization,
            AdmissionGate gate,
            Clock clock) {
        this.namespaces = namespaces;
        this.pods = pods;
        this.limits = limits;
        this.authorization = authorization;
        this.gate = gate;
        this.clock = clock;
    }

    AdmissionGate gate() {
        return gate;
    }

    Authorization authorization() {
        return authorization;
    }

    Instant now() {
        return clock.instant();
    }

    /** The object that a body holds, of the type's kind, without fields that do not exist. */
    Json.Obj decoded(ApiType type, Body body, WriteOptions options) {
        var object = body.object();
        checkKind(type, object);
        return decoded(type, object, body.duplicates(), options);
    }

    /** An object of the type's kind, without fields that do not exist. */
    Json.Obj decoded(ApiType type, Json.Obj object, List<String> duplicates, WriteOptions options) {
        var decoded = switch (SchemaDecoder.decode(type.kind(), object)) {
            case SchemaDecoder.Outcome.Decoded d -> d;
            case SchemaDecoder.Outcome.Malformed(var message) -> throw cannotBeHandled(type, message);
        };
        var unknown = new ArrayList<String>();
        for (var path : limited(decoded.unknown())) unknown.add("unknown field \"" + path + '"');
        unknown.addAll(limited(duplicates));
        if (options.strictness().equals("Strict") && !unknown.isEmpty())
            throw cannotBeHandled(type, "strict decoding error: " + String.join(", ", unknown));
        if (options.strictness().equals("Warn")) options.warnings().addAll(unknown);
        return decoded.object()
                .with("apiVersion", Json.of(type.resource().apiVersion()))
                .with("kind", Json.of(type.resource().kind()));
    }

    /** As many as anybody reads. */
    private static List<String> limited(List<String> found) {
        return found.subList(0, Math.min(found.size(), MAX_TOLD));
    }

    /** A decoded object as it is to be made. What it gets from other objects is not its writer's. */
    Json.Obj created(ApiType type, String namespace, Json.Obj sent, WriteOptions options) {
        var drafted = drafted(type, namespace, sent);
        var owned = ManagedFields.update(type.kind(), null, drafted, writer(options, "Update", now()));
        var admitted = admitted(type, namespace, drafted, options);
        return admitted.with(
                "metadata", member(admitted.object("metadata"), "managedFields", owned.object("metadata")));
    }

    /** As {@link #created}, for an object whose managed fields are up to date already. */
    Json.Obj made(ApiType type, String namespace, Json.Obj sent, WriteOptions options) {
        return admitted(type, namespace, drafted(type, namespace, sent), options);
    }

    private Json.Obj drafted(ApiType type, String namespace, Json.Obj sent) {
        checkPlace(type, namespace, sent);
        var object = type.strategy().created(Metadata.created(type, namespace, sent, now()));
        return Defaults.apply(type.kind(), object);
    }

    private Json.Obj admitted(ApiType type, String namespace, Json.Obj drafted, WriteOptions options) {
        var object = drafted;
        var name = object.textOrEmpty("metadata", "name");
        var limited = limits.defaulted(type, namespace, object);
        if (!limited.equals(object)) object = type.strategy().created(limited);
        if (type.resource().namespaced()) namespaces.admit(type.resource(), namespace, name);
        object = pods.admitted(type, namespace, object);
        boolean seen = !gate.isOpen(type);
        // what a pod gets from its account, containers that were added must get as well
        if (seen) object = pods.admitted(type, namespace, mutated(type, object, options));
        refuse(type, name, problems(type, "", object, null));
        if (LimitRanges.concerns(type)) limits.check(type, object);
        if (seen) gate.check(options, object, null);
        options.warn(type.strategy().warnings(object));
        return object;
    }

    /** A decoded object as it is to replace another, fields of which it may not change put back. */
    Json.Obj updated(ApiType type, Json.Obj sent, Json.Obj old, WriteOptions options) {
        var object = shaped(type, sent, old, options);
        return SchemaValues.same(object, old)
                ? old
                : ManagedFields.update(type.kind(), old, object, writer(options, "Update", now()));
    }

    /** As {@link #updated}, for an object whose managed fields are up to date already. */
    Json.Obj applied(ApiType type, Json.Obj applied, Json.Obj old, WriteOptions options) {
        return shaped(type, applied, old, options);
    }

    ManagedFields.Writer writer(WriteOptions options, String operation, Instant time) {
        return new ManagedFields.Writer(options.manager(), operation, options.subresource(), time);
    }

    private Json.Obj shaped(ApiType type, Json.Obj sent, Json.Obj old, WriteOptions options) {
        var object = parts(type, sent, old, options.subresource());
        object = Defaults.apply(type.kind(), object);
        boolean seen = !options.subresource().equals(SCALE) && !gate.isOpen(type);
        if (seen) {
            var mutated = gate.mutated(options, object, old);
            if (!mutated.equals(object))
                object = Defaults.apply(type.kind(), parts(type, reread(type, mutated), old, options.subresource()));
        }
        pods.checkUpdate(type, object);
        object = counted(type, object, old);
        refuse(type, object.textOrEmpty("metadata", "name"), problems(type, options.subresource(), object, old));
        boolean main = options.subresource().isEmpty();
        if (main && LimitRanges.isClaim(type) && old.text("metadata", "deletionTimestamp") == null)
            limits.check(type, object);
        if (!type.strategy().asksTheSame(object, old))
            options.warn(type.strategy().warnings(object));
        if (seen) gate.check(options, object, old);
        return object;
    }

    /** A new object as those make it who are configured to change such ones: read and filled in like what clients send. */
    private Json.Obj mutated(ApiType type, Json.Obj object, WriteOptions options) {
        var mutated = gate.mutated(options, object, null);
        if (mutated.equals(object)) return object;
        var read = Defaults.apply(type.kind(), reread(type, mutated));
        for (var fixed : List.of("name", "namespace", "uid", "creationTimestamp")) {
            var value = object.at("metadata", fixed);
            read = value == null ? read.withoutAt("metadata", fixed) : read.withAt(value, "metadata", fixed);
        }
        return read;
    }

    private static Json.Obj reread(ApiType type, Json.Obj object) {
        return switch (SchemaDecoder.decode(type.kind(), object)) {
            case SchemaDecoder.Outcome.Decoded(var read, var _) -> read;
            case SchemaDecoder.Outcome.Malformed(var message) ->
                throw Status.internal(message).error();
        };
    }

    /** Each way to an object changes its own part and leaves the others as they are. */
    private static Json.Obj parts(ApiType type, Json.Obj sent, Json.Obj old, String subresource) {
        var managed = sent.at("metadata", "managedFields");
        return switch (subresource) {
            case "status", "approval" ->
                type.strategy()
                        .part(subresource, member(account(described(type, sent, old), managed), "status", sent), old);
            case "finalize" -> member(account(old, managed), "spec", sent);
            case "ephemeralcontainers" ->
                account(old, managed)
                        .with("spec", member(old.object("spec"), "ephemeralContainers", sent.object("spec")));
            default -> {
                var object = Metadata.updated(sent, old);
                if (type.strategy().hasStatus()) object = member(object, "status", old);
                yield type.strategy().updated(object, old);
            }
        };
    }

    /** Whoever tells of a built-in object's status may label and annotate it as well. */
    private static Json.Obj described(ApiType type, Json.Obj sent, Json.Obj old) {
        if (!type.strategy().statusDescribes()) return old;
        var metadata = old.object("metadata");
        for (var member : List.of("labels", "annotations"))
            metadata = member(metadata, member, sent.object("metadata"));
        return old.with("metadata", metadata);
    }

    private static Json.Obj account(Json.Obj object, @Nullable Json managed) {
        return managed == null ? object : object.withAt(managed, "metadata", "managedFields");
    }

    private static Json.Obj member(Json.Obj object, String member, Json.Obj from) {
        var value = from.get(member);
        return value == null ? object.without(member) : object.with(member, value);
    }

    private static Json.Obj counted(ApiType type, Json.Obj object, Json.Obj old) {
        if (!type.strategy().counts() || type.strategy().asksTheSame(object, old)) return object;
        return object.withAt(Json.of(old.number(0, "metadata", "generation") + 1), "metadata", "generation");
    }

    private static List<FieldError> problems(
            ApiType type, String subresource, Json.Obj object, Json.@Nullable Obj old) {
        var problems = new ArrayList<>(Metadata.check(type, object));
        if (old != null) problems.addAll(Metadata.checkUpdate(object, old));
        problems.addAll(Validation.validate(type.kind(), object, old));
        problems.addAll(type.strategy().check(subresource, object, old));
        return problems.stream().distinct().toList();
    }

    private static void refuse(ApiType type, String name, List<FieldError> problems) {
        if (!problems.isEmpty()) throw type.kind().invalid(name, problems).error();
    }

    /** Refuses what a patch has turned into another kind of object. */
    static void checkSameKind(ApiType type, Json.Obj patched) {
        var resource = type.resource();
        var errors = new ArrayList<FieldError>();
        checkMember(patched, "kind", resource.kind(), errors);
        checkMember(patched, "apiVersion", resource.apiVersion(), errors);
        refuse(type, patched.textOrEmpty("metadata", "name"), errors);
    }

    private static void checkMember(Json.Obj object, String member, String wanted, List<FieldError> errors) {
        var found = object.textOrEmpty(member);
        if (!found.equals(wanted)) errors.add(FieldError.invalid(member, found, "must be " + wanted));
    }

    private static void checkKind(ApiType type, Json.Obj object) {
        var resource = type.resource();
        var kind = object.textOrEmpty("kind");
        var version = object.textOrEmpty("apiVersion");
        if (!type.kind().typed() && kind.isEmpty())
            throw Status.badRequest("the object provided is unrecognized (must be of type %s): Object 'Kind' is missing"
                            .formatted(resource.kind()))
                    .error();
        if (!type.kind().typed() && version.isEmpty())
            throw Status.badRequest("the API version in the data () does not match the expected API version (%s)"
                            .formatted(resource.apiVersion()))
                    .error();
        if (!kind.isEmpty() && !kind.equals(resource.kind()))
            throw Status.badRequest("the kind in the data (%s) does not match the expected kind (%s)"
                            .formatted(kind, resource.kind()))
                    .error();
        if (!version.isEmpty() && !version.equals(resource.apiVersion()))
            throw Status.badRequest("the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(version, resource.apiVersion()))
                    .error();
    }

    private static void checkPlace(ApiType type, String namespace, Json.Obj sent) {
        var own = sent.textOrEmpty("metadata", "namespace");
        if (type.resource().namespaced() && !own.isEmpty() && !own.equals(namespace))
            throw Status.badRequest(
                            "the namespace of the provided object does not match the namespace sent on the request")
                    .error();
        if (!sent.textOrEmpty("metadata", "resourceVersion").isEmpty())
            throw Status.badRequest("resourceVersion should not be set on objects to be created")
                    .error();
    }

    private static StatusException cannotBeHandled(ApiType type, String why) {
        var resource = type.resource();
        return Status.badRequest("%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(resource.kind(), resource.version(), resource.kind(), why))
                .error();
    }
}
