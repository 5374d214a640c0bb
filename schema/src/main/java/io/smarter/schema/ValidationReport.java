package io.smarter.schema;

import io.smarter.api.FieldError;
import io.smarter.api.Names;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong with an object. Used by one thread, within one call. */
public final class ValidationReport {
    private final List<FieldError> errors = new ArrayList<>();

    /** Nothing is wrong so far. */
    public ValidationReport() {}

    public List<FieldError> errors() {
        return List.copyOf(errors);
    }

    public void addAll(List<FieldError> more) {
        errors.addAll(more);
    }

    public void required(String field, String detail) {
        errors.add(FieldError.required(field, detail));
    }

    /** Something that must be there. */
    public void needed(boolean missing, String field, String detail) {
        if (missing) required(field, detail);
    }

    public void invalid(String field, String value, String detail) {
        errors.add(FieldError.invalid(field, value, detail));
    }

    public void invalid(String field, long value, String detail) {
        errors.add(FieldError.invalid(field, value, detail));
    }

    public void invalid(String field, String value, List<String> details) {
        for (var detail : details) invalid(field, value, detail);
    }

    public void forbidden(String field, String detail) {
        errors.add(FieldError.forbidden(field, detail));
    }

    public void duplicate(String field, String value) {
        errors.add(new FieldError(field, FieldError.Reason.DUPLICATE, value, ""));
    }

    public void notFound(String field, String value) {
        errors.add(new FieldError(field, FieldError.Reason.NOT_FOUND, value, ""));
    }

    public void tooMany(String field, int count, int most) {
        var detail = count + ": must have at most " + most + " items";
        errors.add(new FieldError(field, FieldError.Reason.TOO_MANY, null, detail));
    }

    public void tooLong(String field, int most) {
        errors.add(new FieldError(field, FieldError.Reason.TOO_LONG, null, "may not be more than " + most + " bytes"));
    }

    public void unsupported(String field, String value, List<String> known) {
        var words = known.stream().map(word -> '"' + word + '"').collect(Collectors.joining(", "));
        errors.add(new FieldError(field, FieldError.Reason.NOT_SUPPORTED, value, "supported values: " + words));
    }

    // ---- checks of single members; what is absent passes unless it is required

    /** A text that must be there. */
    public boolean text(Json object, String path, String member) {
        if (!object.textOrEmpty(member).isEmpty()) return true;
        required(path + "." + member, "");
        return false;
    }

    public void notNegative(Json object, String path, String member) {
        long number = object.number(0, member);
        if (number < 0) invalid(path + "." + member, number, "must be greater than or equal to 0");
    }

    public void range(Json object, String path, String member, long least, long most) {
        if (!(object.at(member) instanceof Json.Num number)) return;
        long value = number.asLong();
        if (value < least || value > most)
            invalid(path + "." + member, value, "must be between " + least + " and " + most + ", inclusive");
    }

    public void labels(Json.Obj object, String path, String... members) {
        object.texts(members).forEach((key, value) -> {
            invalid(path, key, Names.qualified(key));
            invalid(path, value, Names.labelValue(value));
        });
    }
}
