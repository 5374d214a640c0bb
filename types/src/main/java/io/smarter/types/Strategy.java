package io.smarter.types;

import io.smarter.api.FieldError;
import io.smarter.api.User;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is particular to a type of object. Stateless; the defaults are those of a type without particulars. */
public interface Strategy {
    /** No particulars. */
    Strategy PLAIN = new Strategy() {};

    /** Whether {@code status} is a part of its own, written only by its subresource. */
    default boolean hasStatus() {
        return false;
    }

    /** Whether labels and annotations may be written with the status. */
    default boolean statusDescribes() {
        return true;
    }

    /** Whether {@code metadata.generation} counts the changes of what is wanted. */
    default boolean counts() {
        return false;
    }

    /** Whether an object may be replaced by one that does not say which revision it replaces. */
    default boolean replacesBlindly() {
        return true;
    }

    /** Whether two states ask for the same, so that {@code metadata.generation} stays. */
    default boolean asksTheSame(Json.Obj object, Json.Obj old) {
        return SchemaValues.same(object.object("spec"), old.object("spec"));
    }

    /** The kind of lists of such objects; empty for the usual one. */
    default String listKind() {
        return "";
    }

    /** Whether each list says where the next one begins, be it nowhere. */
    default boolean listsAlwaysContinue() {
        return false;
    }

    /** What whoever uses this type at all should know; empty for nothing. */
    default List<String> notices() {
        return List.of();
    }

    /** Where {@code scale} finds what it shows; null when there is no such subresource. */
    default @Nullable ScalePaths scale() {
        return null;
    }

    /** An object as somebody sent it to be made, with what the server knows about them. */
    default Json.Obj sentBy(Json.Obj object, User user) {
        return object;
    }

    /** An object about to be made, with what the server alone decides. */
    default Json.Obj created(Json.Obj object) {
        return hasStatus() ? object.without("status") : object;
    }

    /** An object about to replace another, before it is checked. */
    default Json.Obj updated(Json.Obj object, Json.Obj old) {
        return object;
    }

    /** An object of which one part is about to be replaced, before it is checked. */
    default Json.Obj part(String subresource, Json.Obj object, Json.Obj old) {
        return object;
    }

    /** As {@link #check(Json.Obj, Json.Obj)}, for a part of an object, or all of it when the subresource is empty. */
    default List<FieldError> check(String subresource, Json.Obj object, Json.@Nullable Obj old) {
        return check(object, old);
    }

    /** What is wrong with an object besides its schema; {@code old} is null when it is made. */
    default List<FieldError> check(Json.Obj object, Json.@Nullable Obj old) {
        return List.of();
    }

    /** What whoever writes an object should know about it: right as it is, but hardly what was meant. */
    default List<String> warnings(Json.Obj object) {
        return List.of();
    }

    /** How many seconds an object may take to end when the caller says nothing; 0 for at once. */
    default long grace(Json.Obj object, @Nullable Long asked) {
        return 0;
    }

    /** An object that is to go but is still held, with what changes at that moment. */
    default Json.Obj ending(Json.Obj object) {
        return object;
    }

    /** Whether something besides finalizers holds an object that is to go. */
    default boolean held(Json.Obj object) {
        return false;
    }

    /** What becomes of its dependents when whoever deletes it does not say: {@code Background}, or {@code Orphan}. */
    default String propagation() {
        return "Background";
    }

    /** The object as the store keeps it, from the form of this type's version. */
    default Json.Obj toStored(Json.Obj object) {
        return object;
    }

    /** The object in the form of this type's version, from what the store keeps. */
    default Json.Obj fromStored(Json.Obj stored) {
        return stored;
    }

    /** As {@link #fromStored(Json.Obj)}, of many. */
    default List<Json.Obj> fromStored(List<Json.Obj> stored) {
        return stored.stream().map(this::fromStored).toList();
    }

    /** Whether many are read from the store at less cost than each by itself. */
    default boolean readsTogether() {
        return false;
    }

    /** The apiVersion of the stored form of what is served as another. */
    default String storedVersion(String served) {
        return served;
    }

    /** Whether stored and served form are the same. */
    default boolean storedAsServed() {
        return true;
    }
}
