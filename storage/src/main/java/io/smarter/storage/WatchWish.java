package io.smarter.storage;

import io.smarter.api.Status;
import io.smarter.requests.Form;
import io.smarter.schema.ProtobufAnswers;
import io.smarter.types.ApiType;
import org.jspecify.annotations.Nullable;

/**
 * What a watch is wanted for, and in which form. Immutable.
 *
 * @param keys what the keys of all objects start with that are meant
 * @param node of whose pods only changes are of interest; null for all
 * @param revision after which changes are wanted; 0 for whatever there is
 * @param initial whether what is there comes first
 * @param marksEnd whether the end of that is told
 */
public record WatchWish(
        ApiType type,
        String keys,
        Selection selection,
        @Nullable String node,
        View view,
        long revision,
        boolean initial,
        boolean marksEnd,
        boolean bookmarks) {

    /** The event of a change, or null when it is of no interest. */
    public byte @Nullable [] event(Change change) {
        return change.key().startsWith(keys) ? change.event(view, selection) : null;
    }

    public byte[] bookmark(long revision, boolean initialEventsEnd) {
        return view.event("BOOKMARK", view.bookmark(type, revision, initialEventsEnd));
    }

    /** The answer has begun, so what is wrong is told as an event. */
    public byte[] error(Status status) {
        var json = status.json();
        return view.event("ERROR", view.form() == Form.PROTOBUF ? ProtobufAnswers.status(json) : json.bytes());
    }
}
