package io.smarter.schema;

import io.smarter.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of a struct.
 *
 * @param number of the field in protobuf, of the parts on the way to it if it is embedded ({@code 2.1}), with what it may hold
 *     besides its type ({@code 30/bool}, see {@link SchemaLayout.Form}); empty if none
 * @param optional whether it may be missing, as OpenAPI sees it
 * @param pointer whether Go holds it by pointer, so that absent and empty differ
 * @param always whether Go writes it even when it is empty
 * @param list how server-side apply merges it, if it is a list
 * @param listKeys the members that identify an item of a {@link ListKind#MAP}
 * @param atomic whether server-side apply takes the object as one value
 * @param patch how strategic merge patch treats it, empty for the type's usual way
 * @param mergeKey the member by which strategic merge patch finds items, empty if none
 */
public record SchemaField(
        String name,
        SchemaType type,
        String number,
        boolean optional,
        boolean pointer,
        boolean always,
        ListKind list,
        List<String> listKeys,
        boolean atomic,
        List<String> patch,
        String mergeKey,
        @Nullable Json fallback) {

    /** How server-side apply looks at a list. */
    public enum ListKind {
        /** One value. */
        ATOMIC,
        /** A set of scalars. */
        SET,
        /** Objects identified by some of their members. */
        MAP
    }

    /** Whether strategic merge patch merges a list's items instead of replacing the list. */
    public boolean patchMerges() {
        return patch.contains("merge");
    }

    /** Whether strategic merge patch replaces an object instead of merging it. */
    public boolean patchReplaces() {
        return patch.contains("replace");
    }

    /** Whether an object of Go's has it even when nobody set it. */
    public boolean presentWhenUnset() {
        return !pointer && (always || type instanceof SchemaType.Struct);
    }
}
