package io.smarter.apiserver;

import io.smarter.api.Resource;
import java.util.List;

/**
 * One type of object that the server has, a line in a table.
 *
 * @param singular as kubectl takes it, such as {@code pod}
 * @param categories groups of types that kubectl takes as one, such as {@code all}
 * @param verbs what can be done with it, as discovery names it
 */
record ApiType(
        Resource resource,
        SchemaKind kind,
        String singular,
        List<String> shortNames,
        List<String> categories,
        List<String> verbs,
        List<Subresource> subresources) {

    /**
     * What is below an object.
     *
     * @param kind of the request's or the reply's object, such as {@code Pod} for {@code status}
     */
    record Subresource(String name, String group, String version, String kind, List<String> verbs) {}
}
