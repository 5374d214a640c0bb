package io.smarter.types;

import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides which of a definition's names are its own, and what its conditions say. Pure functions. */
public final class DefinitionNames {
    private DefinitionNames() {}

    /** The definition with the status that it should have beside the others. */
    public static Json.Obj decided(Json.Obj object, List<CustomDefinition> all, List<ApiType> builtIn, String now) {
        var resources = new HashSet<String>();
        var kinds = new HashSet<String>();
        for (var type : builtIn) {
            if (!type.resource().group().equals(object.textOrEmpty("spec", "group"))) continue;
            resources.add(type.resource().plural());
            resources.add(type.singular());
            resources.addAll(type.shortNames());
            kinds.add(type.resource().kind());
            kinds.add(type.listKind());
        }
        for (var other : all) {
            if (!other.group().equals(object.textOrEmpty("spec", "group"))
                    || other.name().equals(object.textOrEmpty("metadata", "name"))) continue;
            var names = other.object().object("status", "acceptedNames");
            resources.add(names.textOrEmpty("plural"));
            resources.add(names.textOrEmpty("singular"));
            resources.addAll(CustomDefinition.texts(names.items("shortNames")));
            kinds.add(names.textOrEmpty("kind"));
            kinds.add(names.textOrEmpty("listKind"));
        }
        return decided(object, resources, kinds, now);
    }

    private static Json.Obj decided(Json.Obj object, Set<String> resources, Set<String> kinds, String now) {
        var wanted = object.object("spec", "names");
        var accepted = object.object("status", "acceptedNames");
        String reason = "";
        String message = "";
        for (var member : List.of("plural", "singular", "shortNames", "kind", "listKind")) {
            var taken = taken(wanted, member, member.equals("kind") || member.equals("listKind") ? kinds : resources);
            if (taken.isEmpty()) accepted = copied(accepted, wanted, member);
            else {
                reason = Character.toUpperCase(member.charAt(0)) + member.substring(1) + "Conflict";
                message = taken;
            }
        }
        accepted = copied(accepted, wanted, "categories");
        boolean fine = reason.isEmpty();
        var decided = object.withAt(accepted, "status", "acceptedNames");
        decided = with(
                decided,
                fine
                        ? condition("NamesAccepted", "True", "NoConflicts", "no conflicts found", now)
                        : condition("NamesAccepted", "False", reason, message, now));
        if (CustomDefinition.is(object, "Established")) return decided;
        return with(
                decided,
                fine
                        ? condition(
                                "Established",
                                "True",
                                "InitialNamesAccepted",
                                "the initial names have been accepted",
                                now)
                        : condition("Established", "False", "NotAccepted", "not all names are accepted", now));
    }

    private static String taken(Json.Obj names, String member, Set<String> used) {
        var all = names.get(member) instanceof Json.Arr(var items)
                ? CustomDefinition.texts(items)
                : List.of(names.textOrEmpty(member));
        var taken = all.stream()
                .filter(name -> !name.isEmpty() && used.contains(name))
                .toList();
        if (taken.isEmpty()) return "";
        if (!member.equals("shortNames")) return "\"" + taken.getFirst() + "\" is already in use";
        var texts =
                taken.stream().map(name -> "\"" + name + "\" is already in use").toList();
        return texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    }

    private static Json.Obj copied(Json.Obj accepted, Json.Obj wanted, String member) {
        var value = wanted.get(member);
        return value == null ? accepted.without(member) : accepted.with(member, value);
    }

    public static Json.Obj condition(String type, String status, String reason, String message, String now) {
        return Json.obj(
                "type", type, "status", status, "lastTransitionTime", now, "reason", reason, "message", message);
    }

    /** The object with a condition in the place of the one of its type; its time changes with its status. */
    public static Json.Obj with(Json.Obj object, Json.Obj condition) {
        var conditions = new ArrayList<Json>();
        boolean placed = false;
        for (var old : object.items("status", "conditions")) {
            if (!old.textOrEmpty("type").equals(condition.textOrEmpty("type"))) {
                conditions.add(old);
                continue;
            }
            placed = true;
            var time = old.text("lastTransitionTime");
            boolean same = old.textOrEmpty("status").equals(condition.textOrEmpty("status"));
            conditions.add(same && time != null ? condition.with("lastTransitionTime", Json.of(time)) : condition);
        }
        if (!placed) conditions.add(condition);
        return object.withAt(new Json.Arr(conditions), "status", "conditions");
    }
}
