package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.Names;
import io.smarter.api.ObjectMeta;
import io.smarter.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all objects have in common (meta/v1 ObjectMeta): what the server sets, what it keeps, what it refuses. */
public final class Metadata {
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int LONGEST_BASE = 63 - SUFFIX_LENGTH;
    private static final int MAX_ANNOTATIONS = 256 << 10;
    private static final List<String> KEPT = List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "generation",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");

    private Metadata() {}

    /** The metadata of a new object: a name if only its start was given, an identity, no traces of another life. */
    public static Json.Obj created(ApiType type, String namespace, Json.Obj object, Instant now) {
        var metadata = object.object("metadata");
        for (var foreign :
                List.of("selfLink", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"))
            metadata = metadata.without(foreign);
        var base = metadata.textOrEmpty("generateName");
        if (metadata.textOrEmpty("name").isEmpty() && !base.isEmpty())
            metadata = metadata.with("name", Json.of(generated(base)));
        if (type.resource().namespaced()) metadata = metadata.with("namespace", Json.of(namespace));
        else metadata = metadata.without("namespace");
        if (type.strategy().counts()) metadata = metadata.with("generation", Json.of(1));
        metadata = metadata.with("uid", Json.of(UUID.randomUUID().toString()))
                .with("creationTimestamp", Json.of(ObjectMeta.time(now)));
        return object.with("metadata", metadata);
    }

    /** The metadata of an object's new state: what is the server's stays as it was. */
    public static Json.Obj updated(Json.Obj object, Json.Obj old) {
        var metadata = object.object("metadata").without("selfLink");
        var before = old.object("metadata");
        for (var kept : KEPT) {
            var value = before.get(kept);
            metadata = value == null ? metadata.without(kept) : metadata.with(kept, value);
        }
        return object.with("metadata", metadata);
    }

    /** What is wrong with the metadata. */
    public static List<FieldError> check(ApiType type, Json.Obj object) {
        var errors = new ArrayList<FieldError>();
        var name = object.textOrEmpty("metadata", "name");
        if (name.isEmpty()) errors.add(FieldError.required("metadata.name", "name or generateName is required"));
        else
            for (var problem : nameProblems(type, name)) errors.add(FieldError.invalid("metadata.name", name, problem));
        labels(object, "metadata.labels", errors);
        annotations(object, errors);
        generateName(type, object.textOrEmpty("metadata", "generateName"), errors);
        for (var finalizer : object.items("metadata", "finalizers")) finalizer(finalizer, errors);
        owners(object, errors);
        return errors;
    }

    /** What may not be done to an object that is there: hold it by something new while it is to go. */
    public static List<FieldError> checkUpdate(Json.Obj object, Json.Obj old) {
        if (old.text("metadata", "deletionTimestamp") == null) return List.of();
        var had = old.items("metadata", "finalizers");
        var added = object.items("metadata", "finalizers").stream()
                .filter(finalizer -> !had.contains(finalizer))
                .map(Json::compact)
                .sorted()
                .collect(Collectors.joining(", "));
        if (added.isEmpty()) return List.of();
        return List.of(FieldError.forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{%s}"
                        .formatted(added)));
    }

    /** What a name starts with may end in the middle of a word. */
    private static void generateName(ApiType type, String base, List<FieldError> errors) {
        if (base.isEmpty()) return;
        var ended = base.endsWith("-") ? base.substring(0, base.length() - 1) + "a" : base;
        for (var problem : nameProblems(type, ended))
            errors.add(FieldError.invalid("metadata.generateName", base, problem));
    }

    private static List<String> nameProblems(ApiType type, String name) {
        if (type.resource().group().equals("rbac.authorization.k8s.io")) return segment(name);
        if (type.resource().equals(Types.CERTIFICATE_REQUESTS)) return segment(name);
        if (type.resource().equals(Types.API_SERVICES)) return segment(name);
        return switch (type.resource().plural()) {
            case "namespaces" -> Names.label(name);
            case "services" -> Names.label1035(name);
            default -> Names.subdomain(name);
        };
    }

    /** What is wrong with a name that need only be one part of a URL's path. */
    static List<String> segment(String name) {
        if (name.equals(".") || name.equals("..")) return List.of("may not be '" + name + "'");
        return Stream.of("/", "%")
                .filter(name::contains)
                .map(sign -> "may not contain '" + sign + "'")
                .toList();
    }

    private static void labels(Json.Obj object, String field, List<FieldError> errors) {
        object.texts("metadata", "labels").forEach((key, value) -> {
            for (var problem : Names.qualified(key)) errors.add(FieldError.invalid(field, key, problem));
            for (var problem : Names.labelValue(value)) errors.add(FieldError.invalid(field, value, problem));
        });
    }

    private static void annotations(Json.Obj object, List<FieldError> errors) {
        long size = 0;
        for (var annotation : object.texts("metadata", "annotations").entrySet()) {
            var key = annotation.getKey();
            size += key.length() + annotation.getValue().length();
            for (var problem : Names.qualified(key.toLowerCase(Locale.ROOT)))
                errors.add(FieldError.invalid("metadata.annotations", key, problem));
        }
        if (size > MAX_ANNOTATIONS)
            errors.add(new FieldError(
                    "metadata.annotations",
                    FieldError.Reason.TOO_LONG,
                    null,
                    "may not be more than " + MAX_ANNOTATIONS + " bytes"));
    }

    private static void finalizer(Json finalizer, List<FieldError> errors) {
        if (!(finalizer instanceof Json.Str(var name))) return;
        for (var problem : Names.qualified(name)) errors.add(FieldError.invalid("metadata.finalizers", name, problem));
    }

    private static void owners(Json.Obj object, List<FieldError> errors) {
        int controllers = 0;
        for (var owner : object.items("metadata", "ownerReferences")) {
            var field = "metadata.ownerReferences";
            for (var needed : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.textOrEmpty(needed).isEmpty())
                    errors.add(FieldError.invalid(field + "." + needed, "", "must not be empty"));
            }
            if (owner.flag("controller")) controllers++;
        }
        if (controllers > 1)
            errors.add(FieldError.invalid(
                    "metadata.ownerReferences",
                    new Json.Arr(object.items("metadata", "ownerReferences")).compact(),
                    "Only one reference can have Controller set to true"));
    }

    /** A name that begins like this and that hardly anything else has. */
    public static String generated(String base) {
        var name = new StringBuilder(base.substring(0, Math.min(base.length(), LONGEST_BASE)));
        for (int i = 0; i < SUFFIX_LENGTH; i++)
            name.append(SUFFIX_LETTERS.charAt(ThreadLocalRandom.current().nextInt(SUFFIX_LETTERS.length())));
        return name.toString();
    }
}
