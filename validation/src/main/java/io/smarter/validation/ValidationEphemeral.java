package io.smarter.validation;

import io.smarter.api.Pod;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.schema.ValidationReport;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with the containers that are put into a running pod to look at it. */
public final class ValidationEphemeral {
    private static final String NOT_THERE = "cannot be set for an Ephemeral Container";

    /** What a container has that serves, and that one which is there to look does not get. */
    private static final List<String> NEVER = List.of(
            "ports",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle");

    private ValidationEphemeral() {}

    /**
     * What is particular about one of them; its names and all that others have too are checked elsewhere.
     *
     * @param lasting the names of the pod's other containers
     */
    static void check(ValidationReport report, Json container, String path, Set<String> lasting) {
        var target = container.textOrEmpty("targetContainerName");
        if (!target.isEmpty() && !lasting.contains(target)) report.notFound(path + ".targetContainerName", target);
        for (var member : NEVER) if (isSet(container.at(member))) report.forbidden(path + "." + member, NOT_THERE);
        int index = 0;
        for (var mount : container.items("volumeMounts")) {
            var at = path + ".volumeMounts[" + index++ + "]";
            for (var member : List.of("subPath", "subPathExpr"))
                if (!mount.textOrEmpty(member).isEmpty()) report.forbidden(at + "." + member, NOT_THERE);
        }
    }

    private static boolean isSet(@Nullable Json value) {
        return switch (value) {
            case null -> false;
            case Json.Null _ -> false;
            case Json.Obj(var members) -> !members.isEmpty();
            case Json.Arr(var items) -> !items.isEmpty();
            default -> true;
        };
    }

    /** What is there stays as it is: such containers only come. */
    public static void changes(ValidationReport report, Json.Obj object, Json.Obj old) {
        var path = "spec.ephemeralContainers";
        if (new Pod(old).isMirror()) {
            report.forbidden("", "static pods do not support ephemeral containers");
            return;
        }
        var now = object.items("spec", "ephemeralContainers");
        for (var had : old.items("spec", "ephemeralContainers")) {
            var name = had.textOrEmpty("name");
            var has = now.stream()
                    .filter(one -> one.textOrEmpty("name").equals(name))
                    .findFirst();
            if (has.isEmpty())
                report.forbidden(path, "existing ephemeral containers \"%s\" may not be removed\n".formatted(name));
            else if (!SchemaValues.same(has.get(), had))
                report.forbidden(path, "existing ephemeral containers \"%s\" may not be changed\n".formatted(name));
        }
    }
}
