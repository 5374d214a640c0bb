package io.smarter.types;

import io.smarter.api.Resource;
import io.smarter.printers.Columns;
import io.smarter.schema.SchemaKind;
import io.smarter.types.ApiType.Subresource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line of the table while it is written. */
public final class TypeLine {
    public static final String SCALE = "scale";
    static final List<String> STATUS_VERBS = List.of("get", "patch", "update");

    private static final List<String> ALL_VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final Resource resource;
    private final SchemaKind kind;
    private final String folder;
    private final ArrayList<Subresource> subresources = new ArrayList<>();
    private List<String> shortNames = List.of();
    private List<String> categories = List.of();
    private List<String> verbs = ALL_VERBS;
    private List<String> fields = List.of();
    private Strategy strategy = Strategy.PLAIN;
    private Columns columns = Columns.PLAIN;

    TypeLine(Resource resource, SchemaKind kind, String folder) {
        this.resource = resource;
        this.kind = kind;
        this.folder = folder;
    }

    TypeLine names(String... names) {
        shortNames = List.of(names);
        return this;
    }

    TypeLine in(String category) {
        categories = List.of(category);
        return this;
    }

    TypeLine verbs(List<String> possible) {
        verbs = possible;
        return this;
    }

    TypeLine selects(List<String> selectable) {
        fields = selectable;
        return this;
    }

    TypeLine below(String name, String subKind, List<String> possible) {
        return below(new Subresource(name, resource.group(), resource.version(), subKind, possible));
    }

    /** With {@code status} as a part of its own. */
    TypeLine status() {
        return below("status", resource.kind(), STATUS_VERBS);
    }

    /** With the number of its copies as something of its own. */
    TypeLine scale() {
        return below(new Subresource(SCALE, "autoscaling", "v1", "Scale", STATUS_VERBS));
    }

    TypeLine below(Subresource subresource) {
        subresources.add(subresource);
        return this;
    }

    TypeLine does(Strategy particular) {
        strategy = particular;
        return this;
    }

    TypeLine shows(Columns shown) {
        columns = shown;
        return this;
    }

    ApiType type() {
        var singular = resource.kind().toLowerCase(Locale.ROOT);
        return new ApiType(
                resource,
                kind,
                singular,
                shortNames,
                categories,
                verbs,
                List.copyOf(subresources),
                folder,
                fields,
                strategy,
                columns);
    }
}
