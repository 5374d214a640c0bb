package io.smarter.deviceplugin;

import io.smarter.api.Pod;
import io.smarter.cri.CriException;
import io.smarter.cri.deviceplugin.ContainerAllocateResponse;
import io.smarter.deviceplugin.Draft.Complete;
import io.smarter.deviceplugin.Draft.Lacking;
import io.smarter.deviceplugin.Draft.Pick;
import io.smarter.deviceplugin.Ledger.Grant;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives pods their devices: all or none of them. What a pod holds it keeps until it is gone, whatever becomes of the
 * devices; after a restart of the machine its plugins prepare the same ones again. Safe for use by many threads.
 */
final class Admissions {
    /** How long a pod waits that might be run elsewhere. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Inventory inventory;
    private final Ledger ledger;
    private final Predicate<String> unmanaged;
    private final InstantSource clock;
    private final Map<String, Waiter> waiters = new ConcurrentHashMap<>();

    /** A pod that was not granted yet. Its lock lets one thread at a time ask for it. */
    private record Waiter(Instant since) {}

    /** @param unmanaged whether the node has a resource for which there is no plugin */
    Admissions(Inventory inventory, Ledger ledger, Predicate<String> unmanaged, InstantSource clock) {
        this.inventory = inventory;
        this.ledger = ledger;
        this.unmanaged = unmanaged;
        this.clock = clock;
    }

    Admission admit(Pod pod) {
        var wants = Want.of(pod);
        if (wants.isEmpty()) return new Admission.Granted();
        var waiter = waiters.computeIfAbsent(pod.uid(), _ -> new Waiter(clock.instant()));
        synchronized (waiter) {
            try {
                if (!(draft(pod, wants) instanceof Lacking(var message))) return new Admission.Granted();
                return failed(pod, waiter, message);
            } catch (IOException e) {
                ledger.release(pod.uid());
                return failed(pod, waiter, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Forgets that a pod waits. */
    void forget(String uid) {
        waiters.remove(uid);
    }

    private Admission failed(Pod pod, Waiter waiter, String message) {
        boolean elsewhere = !ledger.holds(pod.uid()) && !isOfThisNode(pod);
        if (elsewhere && !clock.instant().isBefore(waiter.since().plus(PATIENCE)))
            return new Admission.Refused(message);
        return new Admission.Waiting(message);
    }

    /** Whether whoever made the pod would only make another one for this node. */
    private static boolean isOfThisNode(Pod pod) {
        return pod.tree().items("metadata", "ownerReferences").stream()
                .anyMatch(owner -> "DaemonSet".equals(owner.text("kind")));
    }

    private Draft draft(Pod pod, List<Want> wants) throws IOException {
        var ownerless = wants.stream()
                .map(Want::resource)
                .filter(name -> inventory.get(name) == null && unmanaged.test(name))
                .collect(Collectors.toSet());
        var draft = reserve(pod, wants, ownerless, Map.of());
        if (draft instanceof Complete(var picks)) {
            var preferred = preferences(picks);
            if (!preferred.isEmpty()) draft = reserve(pod, wants, ownerless, preferred);
        }
        if (draft instanceof Complete(var picks)) take(pod, picks);
        return draft;
    }

    private Draft reserve(Pod pod, List<Want> wants, Set<String> ownerless, Map<Want, List<String>> preferred) {
        return ledger.reserve(
                pod.uid(),
                wants,
                inventory::get,
                name -> ownerless.contains(name) ? Stock.State.UNMANAGED : Stock.State.UNKNOWN,
                preferred);
    }

    private Map<Want, List<String>> preferences(List<Pick> picks) throws CriException {
        var preferred = new HashMap<Want, List<String>>();
        for (var pick : picks) {
            if (!pick.chosen()) continue;
            var plugin = plugin(pick.want().resource());
            if (!plugin.prefers()) continue;
            var available = Stream.concat(pick.reused().stream(), pick.available().stream());
            var liked = plugin.preferred(
                    available.toList(), pick.reused(), pick.want().count());
            preferred.put(pick.want(), liked);
        }
        return preferred;
    }

    /** Has the plugins prepare what is reserved, and notes it. */
    private void take(Pod pod, List<Pick> picks) throws IOException {
        if (picks.stream().allMatch(Pick::settled) && ledger.holds(pod.uid())) {
            ledger.release(pod.uid());
            return;
        }
        var grants = new TreeMap<String, Map<String, Grant>>();
        for (var pick : picks) {
            var want = pick.want();
            grants.computeIfAbsent(want.container(), _ -> new TreeMap<>()).put(want.resource(), grant(pod, pick));
        }
        ledger.commit(pod.uid(), grants);
    }

    private Grant grant(Pod pod, Pick pick) throws IOException {
        var want = pick.want();
        if (!pick.settled())
            return new Grant(pick.ids(), plugin(want.resource()).allocate(pick.ids()));
        var before = ledger.of(pod.uid(), want.container()).get(want.resource());
        return before == null ? new Grant(pick.ids(), ContainerAllocateResponse.getDefaultInstance()) : before;
    }

    private Plugin plugin(String resource) throws CriException {
        var known = inventory.get(resource);
        if (known != null && known.plugin() != null && known.served()) return known.plugin();
        throw new CriException(CriException.Code.UNAVAILABLE, resource + ": its device plugin is gone");
    }
}
