package io.smarter.apiserver;

import io.smarter.api.ObjectMeta;
import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.schema.SchemaValues;
import io.smarter.storage.Registry;
import io.smarter.storage.Rerun;
import io.smarter.storage.Stored;
import io.smarter.store.CompactedException;
import io.smarter.types.ApiServiceStrategy;
import io.smarter.types.ApiType;
import io.smarter.types.Metadata;
import io.smarter.types.Types;
import io.smarter.types.Versions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Keeps an APIService for each group and version that the server has, and says of those that stand for other servers that
 * they are not available: requests are not passed on to others here.
 */
final class ApiServices implements AutoCloseable {
    private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
    private static final int CORE_PRIORITY = 18_000;
    private static final int BUILT_IN_PRIORITY = 17_000;
    private static final int CUSTOM_PRIORITY = 1_000;
    private static final int FIRST_VERSION = 100;

    private final Registry registry;
    private final Types types;
    private final ApiType type;
    private final Clock clock;
    private final Rerun keeping = new Rerun("API services", this::keep);

    ApiServices(Registry registry, Types types, Clock clock) {
        this.registry = registry;
        this.types = types;
        this.type = types.of(Types.API_SERVICES);
        this.clock = clock;
    }

    void start() {
        keeping.start();
    }

    /** Types, services or API services have changed. */
    void changed() {
        keeping.changed();
    }

    @Override
    public void close() {
        keeping.close();
    }

    /** Those of some types, the versions of a group in order. */
    static List<Json.Obj> of(List<ApiType> types) {
        var groups = new LinkedHashMap<String, List<String>>();
        var custom = new LinkedHashMap<String, Boolean>();
        for (var type : types) {
            var resource = type.resource();
            var versions = groups.computeIfAbsent(resource.group(), _ -> new ArrayList<>());
            if (!versions.contains(resource.version())) versions.add(resource.version());
            custom.put(resource.group(), type.isCustom());
        }
        var services = new ArrayList<Json.Obj>();
        groups.forEach((group, versions) -> {
            versions.sort(Versions::compare);
            for (int i = 0; i < versions.size(); i++)
                services.add(local(
                        group,
                        versions.get(i),
                        Math.max(1, FIRST_VERSION - i),
                        Boolean.TRUE.equals(custom.get(group))));
        });
        return services;
    }

    private static Json.Obj local(String group, String version, int priority, boolean custom) {
        int groupPriority = custom ? CUSTOM_PRIORITY : group.isEmpty() ? CORE_PRIORITY : BUILT_IN_PRIORITY;
        return Json.obj(
                "apiVersion",
                Types.API_SERVICES.apiVersion(),
                "kind",
                Types.API_SERVICES.kind(),
                "metadata",
                Json.obj("name", version + "." + group, "labels", Json.obj(MANAGED, custom ? "true" : "onstart")),
                "spec",
                Json.obj(
                        "group",
                        group.isEmpty() ? null : group,
                        "version",
                        version,
                        "groupPriorityMinimum",
                        groupPriority,
                        "versionPriority",
                        priority));
    }

    private void keep() throws CompactedException {
        var wanted = new LinkedHashMap<String, Json.Obj>();
        for (var service : of(types.all())) wanted.put(service.textOrEmpty("metadata", "name"), service);
        for (var entry : registry.store().list(type.folder(), null, 0, 0).entries()) {
            var there = new Stored(type, entry);
            boolean known = wanted.remove(there.tree().textOrEmpty("metadata", "name")) != null;
            boolean managed = there.tree().text("metadata", "labels", MANAGED) != null;
            if (managed && !known) registry.remove(type, there);
            else if (there.tree().at("spec", "service") != null) tell(there);
        }
        for (var service : wanted.values())
            registry.create(type, type.strategy().created(Metadata.created(type, "", service, clock.instant())));
    }

    /** Whoever writes at the same time makes a change that leads here again. */
    private void tell(Stored service) {
        var of = service.tree().object("spec", "service");
        var namespace = of.textOrEmpty("namespace");
        var name = of.textOrEmpty("name");
        boolean there =
                registry.find(types.of(Resource.SERVICES), namespace, name).isPresent();
        var condition = ApiServiceStrategy.unavailable(
                there ? "FailedDiscoveryCheck" : "ServiceNotFound",
                there
                        ? "requests are not passed on to other API servers"
                        : "service/%s in \"%s\" is not present".formatted(name, namespace));
        var known = service.tree().items("status", "conditions");
        boolean told = known.size() == 1
                && SchemaValues.same(((Json.Obj) known.getFirst()).without("lastTransitionTime"), condition);
        if (told) return;
        var dated = condition.with("lastTransitionTime", Json.of(ObjectMeta.time(clock.instant())));
        registry.replace(type, service, service.tree().withAt(Json.arr(dated), "status", "conditions"));
    }
}
