package io.smarter.apiserver;

import io.smarter.api.ObjectMeta;
import io.smarter.auth.Attributes;
import io.smarter.json.Json;
import io.smarter.storage.Registry;
import io.smarter.storage.Rerun;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiType;
import io.smarter.types.DataTypes;
import io.smarter.types.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says of which flow schema and priority level a request is (Kubernetes "API Priority and Fairness"), and of each schema
 * whether its level is there. Levels limit nothing here: one limit for all does. Safe for use by many threads.
 */
final class FlowControl implements AutoCloseable {
    /** The condition of a schema whose level is missing. */
    static final String DANGLING = "Dangling";

    private final Registry registry;
    private final ApiType schemas;
    private final ApiType levels;
    private final Clock clock;
    private final Rerun reading = new Rerun("flow schemas", this::read);
    private volatile Known known = new Known(List.of(), Map.of());

    /** The UIDs of a request's flow schema and priority level. */
    record Flow(String schema, String level) {}

    private record Sorted(List<FlowRule> rules, Flow flow) {}

    /** What there is: schemas in the order in which they are tried, and each level's share. */
    private record Known(List<Sorted> schemas, Map<String, Long> shares) {}

    FlowControl(Registry registry, Types types, Clock clock) {
        this.registry = registry;
        this.schemas = types.of(DataTypes.FLOW_SCHEMAS);
        this.levels = types.of(DataTypes.PRIORITY_LEVELS);
        this.clock = clock;
    }

    void start() {
        reading.start();
    }

    /** Schemas or levels have changed. */
    void changed() {
        reading.changed();
    }

    @Override
    public void close() {
        reading.close();
    }

    /** The first that fits, or null when none does. */
    @Nullable
    Flow flow(Attributes asked) {
        for (var schema : known.schemas) {
            for (var rule : schema.rules) if (rule.matches(asked)) return schema.flow;
        }
        return null;
    }

    /** How many of so many requests at once each level stands for. */
    Map<String, Long> seats(int all) {
        var shares = known.shares;
        long total =
                Math.max(1, shares.values().stream().mapToLong(Long::longValue).sum());
        var seats = new TreeMap<String, Long>();
        shares.forEach((level, share) -> seats.put(level, Math.ceilDiv(all * share, total)));
        return seats;
    }

    private void read() throws CompactedException {
        var uids = new HashMap<String, String>();
        var shares = new TreeMap<String, Long>();
        for (var level : all(levels)) {
            var name = level.tree().textOrEmpty("metadata", "name");
            uids.put(name, level.tree().textOrEmpty("metadata", "uid"));
            var limited = level.tree().object("spec", "limited");
            shares.put(name, limited.number(0, "nominalConcurrencyShares"));
        }
        var found = all(schemas);
        found.sort(Comparator.<Stored>comparingLong(schema -> schema.tree().number(0, "spec", "matchingPrecedence"))
                .thenComparing(schema -> schema.tree().textOrEmpty("metadata", "name")));
        var sorted = new ArrayList<Sorted>();
        for (var schema : found) {
            var level = uids.get(level(schema.tree()));
            var uid = schema.tree().textOrEmpty("metadata", "uid");
            if (level != null) sorted.add(new Sorted(FlowRule.of(schema.tree()), new Flow(uid, level)));
        }
        known = new Known(List.copyOf(sorted), Map.copyOf(shares));
        for (var schema : found) tell(schema, uids.containsKey(level(schema.tree())));
    }

    private List<Stored> all(ApiType type) throws CompactedException {
        var all = new ArrayList<Stored>();
        for (var entry : registry.store().list(type.folder(), null, 0, 0).entries()) all.add(new Stored(type, entry));
        return all;
    }

    private static String level(Json.Obj schema) {
        return schema.textOrEmpty("spec", "priorityLevelConfiguration", "name");
    }

    /** Whoever writes at the same time makes a change that leads here again. */
    private void tell(Stored schema, boolean found) {
        var conditions = new ArrayList<Json>();
        for (var condition : schema.tree().items("status", "conditions")) {
            if (!condition.textOrEmpty("type").equals(DANGLING)) conditions.add(condition);
            else if (condition.textOrEmpty("status").equals(found ? "False" : "True")) return;
        }
        conditions.addFirst(dangling(level(schema.tree()), found, clock.instant()));
        registry.replace(schemas, schema, schema.tree().withAt(Json.arr(conditions), "status", "conditions"));
    }

    /** Says whether a schema's level is there. */
    static Json.Obj dangling(String level, boolean found, Instant now) {
        return Json.obj(
                "type",
                DANGLING,
                "status",
                found ? "False" : "True",
                "lastTransitionTime",
                ObjectMeta.time(now),
                "reason",
                found ? "Found" : "NotFound",
                "message",
                "This FlowSchema references the PriorityLevelConfiguration object named \"%s\" %s"
                        .formatted(level, found ? "and it exists" : "but there is no such object"));
    }
}
