package io.smarter.printers;

import io.smarter.json.Json;
import io.smarter.printers.Columns.Column;

/** The columns of kinds that sort requests. */
final class FlowColumns {
    static final Columns SCHEMAS = Columns.of(
            Column.NAME,
            Column.path("PriorityLevel", "spec", "priorityLevelConfiguration", "name"),
            Column.count("MatchingPrecedence", "spec", "matchingPrecedence"),
            Column.text(
                    "DistinguisherMethod",
                    (object, _) -> TypeColumns.orNone(object.textOrEmpty("spec", "distinguisherMethod", "type"))),
            Column.AGE,
            Column.text("MissingPL", (object, _) -> dangling(object)));
    static final Columns LEVELS = Columns.of(
            Column.NAME,
            Column.path("Type", "spec", "type"),
            amount("NominalConcurrencyShares", "nominalConcurrencyShares"),
            amount("Queues", "limitResponse", "queuing", "queues"),
            amount("HandSize", "limitResponse", "queuing", "handSize"),
            amount("QueueLengthLimit", "limitResponse", "queuing", "queueLengthLimit"),
            Column.AGE);

    private FlowColumns() {}

    private static Column amount(String name, String... path) {
        return Column.text(
                name,
                (object, _) -> object.object("spec", "limited").at(path) instanceof Json.Num(var number)
                        ? number
                        : TypeColumns.NONE);
    }

    private static String dangling(Json.Obj schema) {
        return schema.items("status", "conditions").stream()
                .filter(condition -> condition.textOrEmpty("type").equals("Dangling"))
                .map(condition -> condition.textOrEmpty("status"))
                .findFirst()
                .orElse("?");
    }
}
