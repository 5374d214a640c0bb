package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.schema.SchemaKind;

/** Merges a part of an object into it as server-side apply does, but without owners. Pure functions. */
public final class ApplyMerge {
    private ApplyMerge() {}

    /** It cannot be merged; the message says why. */
    public static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String why) {
            super(why);
        }
    }

    /** Lists that are merged as a whole must not be stated, nor objects that are one value. */
    public static Json.Obj merged(SchemaKind kind, Json.Obj object, Json.Obj part) throws Unfit {
        var shape = ApplyShape.of(kind);
        checkParts(shape, part, "");
        try {
            return ApplyTree.merged(shape, object, part) instanceof Json.Obj merged ? merged : object;
        } catch (ApplyFailure e) {
            throw new Unfit(String.valueOf(e.getMessage()));
        }
    }

    private static void checkParts(ApplyShape shape, Json value, String path) throws Unfit {
        switch (value) {
            case Json.Obj(var members) -> {
                if (shape.whole()) throw atomic(path);
                for (var member : members.entrySet())
                    checkParts(shape.member(member.getKey()), member.getValue(), path + "." + member.getKey());
            }
            case Json.Arr(var items) -> {
                if (shape.isLeaf(value)) throw atomic(path);
                for (var item : items) if (item instanceof Json.Obj) checkParts(shape.item(), item, path);
            }
            default -> {}
        }
    }

    private static Unfit atomic(String path) {
        return new Unfit("may not mutate atomic arrays, maps or structs: " + path);
    }
}
