package io.smarter.requests;

import io.smarter.http.Exchange;
import io.smarter.schema.SchemaProtobuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an answer is written. */
public enum Form {
    JSON("application/json"),
    YAML("application/yaml"),
    PROTOBUF(SchemaProtobuf.MEDIA_TYPE);

    private static final int MAX_ACCEPT = 4096;

    private final String mediaType;

    Form(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /**
     * One of the things that a client accepts (RFC 9110 §12.5.1).
     *
     * @param form null when it is none of ours
     */
    public record Range(@Nullable Form form, List<String> parameters) {
        /** A parameter's value, or the empty string. */
        public String parameter(String name) {
            for (var parameter : parameters) {
                var part = parameter.strip();
                if (part.startsWith(name + "=")) return part.substring(name.length() + 1);
            }
            return "";
        }

        private static Range parse(String text) {
            var parts = List.of(text.strip().split(";"));
            var form = switch (parts.getFirst().strip().toLowerCase(Locale.ROOT)) {
                case "application/json", "application/*", "*/*" -> JSON;
                case "application/yaml" -> YAML;
                case SchemaProtobuf.MEDIA_TYPE -> PROTOBUF;
                default -> null;
            };
            return new Range(form, parts.subList(1, parts.size()));
        }
    }

    /** What a request accepts, in its order; empty when it does not say. What is absurdly long is not read. */
    public static List<Range> accepted(Exchange exchange) {
        var accepted = String.join(",", exchange.headers().all("accept"));
        if (accepted.isBlank()) return List.of();
        if (accepted.length() > MAX_ACCEPT) return List.of(new Range(null, List.of()));
        var ranges = new ArrayList<Range>();
        for (var range : accepted.split(",")) ranges.add(Range.parse(range));
        return ranges;
    }

    /**
     * The form of an answer that has one shape only: the first that is accepted, else JSON.
     *
     * @param inProtobuf whether there is such a form of it
     */
    static Form of(Exchange exchange, boolean inProtobuf) {
        for (var range : accepted(exchange)) {
            var form = range.form();
            boolean otherShape = form != JSON && !range.parameter("as").isEmpty();
            if (form != null && !otherShape && (form != PROTOBUF || inProtobuf)) return form;
        }
        return JSON;
    }
}
