package io.smarter.types;

import io.smarter.api.Resource;
import io.smarter.printers.Columns;
import io.smarter.schema.SchemaKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One type of object that the server has, a line in the table of {@link Types}.
 *
 * @param singular as kubectl takes it, such as {@code pod}
 * @param categories groups of types that kubectl takes as one, such as {@code all}
 * @param verbs what can be done with it, as discovery names it
 * @param folder where the store keeps it, such as {@code /registry/pods/}; empty when it keeps none
 * @param fields those that field selectors may name, besides an object's name and namespace
 */
public record ApiType(
        Resource resource,
        SchemaKind kind,
        String singular,
        List<String> shortNames,
        List<String> categories,
        List<String> verbs,
        List<Subresource> subresources,
        String folder,
        List<String> fields,
        Strategy strategy,
        Columns columns) {

    /**
     * What is below an object.
     *
     * @param kind of the request's or the reply's object, such as {@code Pod} for {@code status}
     */
    public record Subresource(String name, String group, String version, String kind, List<String> verbs) {}

    public @Nullable Subresource subresource(String name) {
        for (var subresource : subresources) if (subresource.name().equals(name)) return subresource;
        return null;
    }

    /** Whether clients defined it. */
    public boolean isCustom() {
        return strategy instanceof CustomStrategy;
    }

    /** The kind of lists of such objects. */
    public String listKind() {
        return strategy.listKind().isEmpty() ? resource.kind() + "List" : strategy.listKind();
    }

    /** The key of one object (the layout is Kubernetes' own). */
    public String key(String namespace, String name) {
        return resource.namespaced() ? folder + namespace + "/" + name : folder + name;
    }

    /** What the keys of all objects start with, or of those of one namespace if it is not empty. */
    public String keys(String namespace) {
        return resource.namespaced() && !namespace.isEmpty() ? folder + namespace + "/" : folder;
    }
}
