package io.smarter.quota;

import io.smarter.api.Pod;
import io.smarter.api.PodTotals;
import io.smarter.api.Quantity;
import io.smarter.api.Resource;
import io.smarter.json.Json;
import io.smarter.types.ApiType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an object counts for in quotas (Kubernetes "Resource Quotas"). Immutable.
 *
 * @param pod what scopes ask about a pod; null for everything else
 */
record QuotaCharge(Amounts amounts, @Nullable Traits pod) {
    private static final String COUNT = "count/";
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String STORAGE_CLASS = ".storageclass.storage.k8s.io/";
    private static final String REQUESTS = "requests.";
    private static final String LIMITS = "limits.";
    private static final List<String> COMPUTE = List.of("cpu", "memory", "ephemeral-storage");
    /** Types that are counted by their plain name too. */
    private static final Set<String> PLAIN =
            Set.of("configmaps", "resourcequotas", "replicationcontrollers", "secrets", "services", CLAIMS);

    private static final Set<String> OTHERS = Set.of("pods", "services.nodeports", "services.loadbalancers", STORAGE);
    /** Of these every container must say how much it wants, when they are limited. */
    private static final Set<String> DEMANDED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    /** What scopes ask about a pod. */
    record Traits(boolean terminating, boolean bestEffort, boolean crossNamespace, String priorityClass) {}

    static QuotaCharge of(ApiType type, Json.Obj object, Instant now) {
        var resource = type.resource();
        if (resource.equals(Resource.PODS)) return pod(new Pod(object), now);
        var plural = resource.plural();
        if (!resource.group().isEmpty()) return plain(Amounts.one(COUNT + plural + "." + resource.group()));
        if (!PLAIN.contains(plural)) return plain(Amounts.one(COUNT + plural));
        var one = Amounts.one(COUNT + plural, plural);
        if (plural.equals("services")) return plain(service(one, object));
        return plain(plural.equals(CLAIMS) ? claim(one, object) : one);
    }

    /** Whether the objects of a type all count for the same. */
    static boolean isUniform(ApiType type) {
        return !type.resource().equals(Resource.PODS) && !changes(type);
    }

    /** Whether an object of a type may count for more when it changes. */
    static boolean changes(ApiType type) {
        var plural = type.resource().plural();
        return type.resource().group().isEmpty() && (plural.equals("services") || plural.equals(CLAIMS));
    }

    /** Whether there is something that counts for a resource of a quota. */
    static boolean isTracked(String name) {
        var bare = name.startsWith(REQUESTS) ? name.substring(REQUESTS.length()) : name;
        if (name.startsWith(COUNT) || PLAIN.contains(name) || OTHERS.contains(name)) return true;
        if (COMPUTE.contains(bare) || PodTotals.isHugePages(bare)) return true;
        if (name.startsWith(LIMITS)) return COMPUTE.contains(name.substring(LIMITS.length()));
        return name.startsWith(REQUESTS) && isExtended(bare)
                || name.endsWith(STORAGE_CLASS + CLAIMS)
                || name.endsWith(STORAGE_CLASS + STORAGE);
    }

    /** What a pod's containers must say and do not, such as {@code cpu for: a,b; memory for: a}; empty if nothing. */
    static String missing(Json.Obj pod, Amounts hard) {
        var demanded = hard.only(DEMANDED::contains);
        if (demanded.isEmpty()) return "";
        var missing = new TreeMap<String, Set<String>>();
        var whole = stated(pod.object("spec"));
        for (var container : new Pod(pod).allContainers()) {
            var stated = stated(container.tree());
            for (var name : demanded.byName().keySet()) {
                if (!stated.has(name) && !whole.has(name))
                    missing.computeIfAbsent(name, _ -> new TreeSet<>()).add(container.name());
            }
        }
        var parts = new ArrayList<String>();
        missing.forEach((name, containers) -> parts.add(name + " for: " + String.join(",", containers)));
        return String.join("; ", parts);
    }

    private static QuotaCharge plain(Amounts amounts) {
        return new QuotaCharge(amounts, null);
    }

    private static Amounts service(Amounts one, Json.Obj service) {
        var type = service.textOrEmpty("spec", "type");
        long ports = service.items("spec", "ports").size();
        boolean balanced = type.equals("LoadBalancer");
        return one.with("services.loadbalancers", Quantity.of(balanced ? 1 : 0))
                .with("services.nodeports", Quantity.of(balanced || type.equals("NodePort") ? ports : 0));
    }

    private static Amounts claim(Amounts one, Json.Obj claim) {
        var annotated = claim.text("metadata", "annotations", "volume.beta.kubernetes.io/storage-class");
        var storageClass = annotated == null ? claim.textOrEmpty("spec", "storageClassName") : annotated;
        var asked = Amounts.of(claim.object("spec", "resources", "requests")).get("storage");
        var amounts = one.with(STORAGE, asked);
        if (storageClass.isEmpty()) return amounts;
        return amounts.plus(Amounts.one(storageClass + STORAGE_CLASS + CLAIMS))
                .with(storageClass + STORAGE_CLASS + STORAGE, asked);
    }

    /** A pod that has ended counts as an object only, and so does one whose time to end is long over. */
    private static QuotaCharge pod(Pod pod, Instant now) {
        var count = Amounts.one(COUNT + "pods");
        var spec = pod.spec();
        var traits = new Traits(
                spec.number(-1, "activeDeadlineSeconds") >= 0,
                pod.qosClass() == Pod.QosClass.BEST_EFFORT,
                crossesNamespaces(spec.object("affinity")),
                spec.textOrEmpty("priorityClassName"));
        boolean over = pod.phase().equals("Failed") || pod.phase().equals("Succeeded");
        var lost = lostAt(pod.tree());
        if (over || lost != null && now.isAfter(lost)) return new QuotaCharge(count, traits);
        var overhead = Amounts.of(spec.object("overhead"));
        var requests = new Amounts(PodTotals.of(pod, "requests")).plus(overhead);
        var limits = new Amounts(PodTotals.of(pod, "limits"));
        limits = limits.plus(overhead.only(limits.positive()::has));
        return new QuotaCharge(count.plus(Amounts.one("pods")).plus(compute(requests, limits)), traits);
    }

    /** When a pod that is to end does not count any more, whether its node says that it has ended or not; null if never. */
    static @Nullable Instant lostAt(Json.Obj pod) {
        var ends = pod.text("metadata", "deletionTimestamp");
        if (ends == null) return null;
        return Instant.parse(ends).plusSeconds(pod.number(0, "metadata", "deletionGracePeriodSeconds"));
    }

    private static Amounts compute(Amounts requests, Amounts limits) {
        var all = new TreeMap<String, Quantity>();
        for (var name : COMPUTE) {
            var request = requests.get(name);
            var limit = limits.get(name);
            if (request != null) {
                all.put(name, request);
                all.put(REQUESTS + name, request);
            }
            if (limit != null) all.put(LIMITS + name, limit);
        }
        requests.byName().forEach((name, request) -> {
            if (PodTotals.isHugePages(name)) all.put(name, request);
            if (PodTotals.isHugePages(name) || isExtended(name)) all.put(REQUESTS + name, request);
        });
        return new Amounts(all);
    }

    /** What a container, or the spec of a pod as a whole, says of resources. */
    private static Amounts stated(Json.Obj holder) {
        return compute(
                Amounts.of(holder.object("resources", "requests")), Amounts.of(holder.object("resources", "limits")));
    }

    private static boolean isExtended(String name) {
        return name.contains("/") && !name.contains("kubernetes.io/") && !name.startsWith(REQUESTS);
    }

    private static boolean crossesNamespaces(Json.Obj affinity) {
        for (var kind : List.of("podAffinity", "podAntiAffinity")) {
            var terms = new ArrayList<>(affinity.items(kind, "requiredDuringSchedulingIgnoredDuringExecution"));
            for (var weighted : affinity.items(kind, "preferredDuringSchedulingIgnoredDuringExecution"))
                terms.add(weighted.object("podAffinityTerm"));
            for (var term : terms)
                if (!term.items("namespaces").isEmpty() || term.at("namespaceSelector") instanceof Json.Obj)
                    return true;
        }
        return false;
    }
}
