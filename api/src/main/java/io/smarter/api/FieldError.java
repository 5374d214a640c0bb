package io.smarter.api;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field of an object.
 *
 * @param field its path, such as {@code spec.containers[0].name}
 * @param value what it has, as the message shows it; null where the message shows none
 */
public record FieldError(
        String field, Reason reason, @Nullable String value, String detail) {
    /** Why, with the words that a Status has for it (meta/v1 CauseType) and that start the message. */
    public enum Reason {
        REQUIRED("FieldValueRequired", "Required value"),
        INVALID("FieldValueInvalid", "Invalid value"),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
        DUPLICATE("FieldValueDuplicate", "Duplicate value"),
        FORBIDDEN("FieldValueForbidden", "Forbidden"),
        NOT_FOUND("FieldValueNotFound", "Not found"),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value"),
        TOO_LONG("FieldValueTooLong", "Too long"),
        TOO_MANY("FieldValueTooMany", "Too many");

        private final String cause;
        private final String words;

        Reason(String cause, String words) {
            this.cause = cause;
            this.words = words;
        }

        /** The cause's {@code reason} in a Status. */
        public String cause() {
            return cause;
        }
    }

    public static FieldError required(String field, String detail) {
        return new FieldError(field, Reason.REQUIRED, null, detail);
    }

    public static FieldError invalid(String field, String value, String detail) {
        return new FieldError(field, Reason.INVALID, value, detail);
    }

    /** A number, which messages show without quotes. */
    public static FieldError invalid(String field, long value, String detail) {
        return new FieldError(field, Reason.INVALID, null, value + ": " + detail);
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError(field, Reason.FORBIDDEN, null, detail);
    }

    /** The message without the field. */
    public String message() {
        var text = new StringBuilder(reason.words);
        if (value != null) text.append(": ").append(quoted(value));
        if (!detail.isEmpty()) text.append(": ").append(detail);
        return text.toString();
    }

    /** The whole message. */
    @Override
    public String toString() {
        return field + ": " + message();
    }

    /** Strings in quotes; what is a flag or JSON already is shown as it is. */
    private static String quoted(String value) {
        if (value.equals("true") || value.equals("false") || value.equals("null")) return value;
        if (!value.isEmpty() && (value.charAt(0) == '{' || value.charAt(0) == '[')) return value;
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
