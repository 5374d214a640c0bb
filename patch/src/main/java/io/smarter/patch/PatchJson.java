package io.smarter.patch;

import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON Patch (RFC 6902) with JSON Pointers (RFC 6901). */
final class PatchJson {
    /** More operations than this are refused. */
    static final int MAX_OPERATIONS = 10_000;

    /** How many bytes {@code copy} may add in all: a patch could otherwise double its target over and over. */
    static final int MAX_COPIED = 3 << 20;

    /** How many members and items may be in what the operations change, each counted every time. */
    static final int MAX_WORK = 20_000_000;

    private Json document;
    private int copied;
    private int worked;

    private PatchJson(Json document) {
        this.document = document;
    }

    static Patches.Outcome apply(Json.Obj target, Json patch) {
        if (!(patch instanceof Json.Arr(var operations)))
            return Patches.badRequest("error decoding patch: a JSON patch must be a list of operations");
        if (operations.size() > MAX_OPERATIONS)
            return Patches.tooLarge("The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got "
                    + operations.size());
        try {
            var run = new PatchJson(target);
            for (var operation : operations) run.operate(operation);
            return run.document instanceof Json.Obj object
                    ? new Patches.Outcome.Patched(object)
                    : Patches.unprocessable("the patch leaves no object");
        } catch (PatchFailure e) {
            return e.outcome();
        }
    }

    private void operate(Json operation) {
        if (!(operation instanceof Json.Obj))
            throw PatchFailure.malformed("error decoding patch: an operation must be a JSON object");
        var name = required(operation, "op");
        var path = required(operation, "path");
        switch (name) {
            case "add" -> document = add(document, path, pointer(path), 0, value(operation, name, path));
            case "remove" -> document = remove(path, "remove");
            case "replace" -> replace(path, value(operation, name, path));
            case "move" -> move(required(operation, "from"), path);
            case "copy" -> copy(required(operation, "from"), path);
            case "test" -> test(path, operation.at("value"));
            default ->
                throw PatchFailure.malformed("invalid operation " + operation.compact() + ": unsupported operation");
        }
    }

    private void replace(String path, Json value) {
        if (find(path) == null)
            throw PatchFailure.misfit(
                    "replace operation does not apply: doc is missing key: " + path + ": missing value");
        document = edit(document, pointer(path), 0, value);
    }

    private void move(String from, String path) {
        var value = find(from);
        if (value == null) throw missing("move", from);
        if ((path + "/").startsWith(from + "/") && !path.equals(from))
            throw PatchFailure.misfit("move operation does not apply: " + path + " is inside " + from);
        document = remove(from, "move");
        document = add(document, path, pointer(path), 0, value);
    }

    private void copy(String from, String path) {
        var value = find(from);
        if (value == null) throw missing("copy", from);
        copied += value.bytes().length;
        if (copied > MAX_COPIED)
            throw PatchFailure.misfit("copy operations add more than " + MAX_COPIED + " bytes, at " + path);
        document = add(document, path, pointer(path), 0, value);
    }

    private void test(String path, @Nullable Json expected) {
        var actual = find(path);
        if (!SchemaValues.same(actual == null ? Json.Null.NULL : actual, expected == null ? Json.Null.NULL : expected))
            throw PatchFailure.misfit("testing value " + path + " failed: test failed");
    }

    private Json add(Json in, String path, List<String> pointer, int depth, Json value) {
        if (pointer.isEmpty()) return value;
        var token = pointer.get(depth);
        boolean last = depth == pointer.size() - 1;
        return switch (in) {
            case Json.Obj object when last -> with(object, token, value);
            case Json.Obj object -> {
                var child = object.get(token);
                if (child == null) throw missing("add", path);
                yield with(object, token, add(child, path, pointer, depth + 1, value));
            }
            case Json.Arr(var items) -> {
                work(items.size());
                var changed = new ArrayList<>(items);
                if (last) changed.add(token.equals("-") ? items.size() : index(token, items.size() + 1, path), value);
                else {
                    int i = index(token, items.size(), path);
                    changed.set(i, add(items.get(i), path, pointer, depth + 1, value));
                }
                yield new Json.Arr(changed);
            }
            default -> throw missing("add", path);
        };
    }

    private Json remove(String path, String operation) {
        if (path.isEmpty()) throw PatchFailure.misfit(operation + " operation does not apply: the whole document");
        if (find(path) == null) throw missing(operation, path);
        return edit(document, pointer(path), 0, null);
    }

    /** Sets or, with null, removes what is known to be there. */
    private Json edit(Json in, List<String> pointer, int depth, @Nullable Json value) {
        if (pointer.isEmpty() && value != null) return value;
        var token = pointer.get(depth);
        boolean last = depth == pointer.size() - 1;
        if (in instanceof Json.Obj object) {
            if (last && value == null) {
                work(object.members().size());
                return object.without(token);
            }
            return last && value != null
                    ? with(object, token, value)
                    : with(object, token, edit(child(object.get(token)), pointer, depth + 1, value));
        }
        work(((Json.Arr) in).items().size());
        var changed = new ArrayList<>(((Json.Arr) in).items());
        int i = Integer.parseInt(token);
        if (!last) changed.set(i, edit(changed.get(i), pointer, depth + 1, value));
        else if (value == null) changed.remove(i);
        else changed.set(i, value);
        return new Json.Arr(changed);
    }

    private Json.Obj with(Json.Obj object, String name, Json value) {
        work(object.members().size());
        return object.with(name, value);
    }

    /** Each change copies what it is in. */
    private void work(int members) {
        worked += members;
        if (worked > MAX_WORK)
            throw PatchFailure.large(
                    "the operations change objects and lists with more than %d members in all".formatted(MAX_WORK));
    }

    private static Json child(@Nullable Json found) {
        return found == null ? Json.Null.NULL : found;
    }

    private @Nullable Json find(String path) {
        Json here = document;
        for (var token : pointer(path)) {
            var next = switch (here) {
                case Json.Obj object -> object.get(token);
                case Json.Arr(var items) -> items.get(index(token, items.size(), path));
                default -> null;
            };
            if (next == null) return null;
            here = next;
        }
        return here;
    }

    private static List<String> pointer(String path) {
        if (path.isEmpty()) return List.of();
        if (path.charAt(0) != '/') throw PatchFailure.misfit("path must start with '/': " + path);
        var tokens = new ArrayList<String>();
        for (var token : path.substring(1).split("/", -1))
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        return tokens;
    }

    private static int index(String token, int size, String path) {
        boolean digits =
                !token.isEmpty() && token.length() <= 9 && token.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || token.length() > 1 && token.charAt(0) == '0')
            throw PatchFailure.misfit("value was not a proper array index: '" + token + "' in " + path);
        int index = Integer.parseInt(token);
        if (index >= size) throw PatchFailure.misfit("Unable to access invalid index: " + index + " in " + path);
        return index;
    }

    private static String required(Json operation, String name) {
        var text = operation.text(name);
        if (text == null) throw PatchFailure.malformed("operation is missing the string member '" + name + "'");
        return text;
    }

    private static Json value(Json operation, String name, String path) {
        var value = operation.at("value");
        if (value == null) throw PatchFailure.malformed(name + " of " + path + " is missing its 'value'");
        return value;
    }

    private static PatchFailure missing(String operation, String path) {
        return PatchFailure.misfit(
                operation + " operation does not apply: doc is missing path: \"" + path + "\": missing value");
    }
}
