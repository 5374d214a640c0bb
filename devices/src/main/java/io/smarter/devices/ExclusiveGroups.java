package io.smarter.devices;

import io.smarter.cri.podresources.ListPodResourcesResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Groups of resources of which one container at a time holds any. A kubelet does not tell a plugin when a device is free again, so
 * it is asked while a group is held. Safe for use by many threads.
 */
final class ExclusiveGroups {
    /** Within which a container is given all that it wants: the kubelet asks for one resource after another. */
    private static final Duration TOGETHER = Duration.ofSeconds(1);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    /** After which the kubelet tells of a container that was given something. */
    private static final Duration KNOWN = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Map<String, Claim> claims = new HashMap<>();
    private Instant looked = Instant.EPOCH;

    /** One unit of a resource. */
    private record Held(String resource, String identity) {}

    /**
     * Who holds a group.
     *
     * @param since when the first of it was given
     */
    private record Claim(Set<Held> held, Instant since) {}

    ExclusiveGroups(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Some of a resource is about to be given.
     *
     * @return whether it may be
     */
    synchronized boolean claim(Offer offer, Collection<String> ids) {
        var group = offer.rule().exclusive();
        if (group == null) return true;
        var now = clock.instant();
        var claim = claims.get(group);
        var wanted = held(offer.name(), ids);
        if (claim != null && !claim.held.containsAll(wanted)) {
            if (claim.since.plus(TOGETHER).isBefore(now)) return false;
            wanted.addAll(claim.held);
        }
        claims.put(group, new Claim(wanted, claim == null ? now : claim.since));
        return true;
    }

    private static Set<Held> held(String resource, Collection<String> ids) {
        var held = new HashSet<Held>();
        for (var id : ids) held.add(new Held(resource, Unit.identity(id)));
        return held;
    }

    /** Why a device can't be given; empty when it can. */
    synchronized String trouble(Offer offer, Unit unit) {
        var group = offer.rule().exclusive();
        var claim = group == null ? null : claims.get(group);
        if (claim == null || claim.held.contains(new Held(offer.name(), unit.identity()))) return "";
        return claim.since.plus(TOGETHER).isAfter(clock.instant())
                ? ""
                : "another device of group %s is held".formatted(group);
    }

    /** When to look, or tell, again; null for when something is claimed. */
    synchronized @Nullable Instant next() {
        if (claims.isEmpty()) return null;
        var told = claims.values().stream()
                .map(claim -> claim.since.plus(TOGETHER))
                .filter(at -> at.isAfter(looked))
                .min(Instant::compareTo);
        return told.orElse(looked.plus(LOOK_AGAIN));
    }

    /** Whether it is time to ask the kubelet: while something is held, and at first, as it may be held since long. */
    synchronized boolean isDue(Collection<Offer> offers) {
        boolean first = looked.equals(Instant.EPOCH)
                && offers.stream().anyMatch(offer -> offer.rule().exclusive() != null);
        return first || (!claims.isEmpty() && !looked.plus(LOOK_AGAIN).isAfter(clock.instant()));
    }

    /** The kubelet did not tell. */
    synchronized void missed() {
        looked = clock.instant();
    }

    /** What the kubelet told of who holds what. */
    synchronized void told(Collection<Offer> offers, ListPodResourcesResponse told) {
        looked = clock.instant();
        var now = new HashMap<String, Set<Held>>();
        for (var offer : offers) {
            var group = offer.rule().exclusive();
            if (group == null) continue;
            for (var holder : Holder.of(told, offer.name(), _ -> true))
                now.computeIfAbsent(group, _ -> new HashSet<>()).addAll(held(offer.name(), holder.ids()));
        }
        claims.entrySet()
                .removeIf(entry -> !now.containsKey(entry.getKey())
                        && entry.getValue().since.plus(KNOWN).isBefore(looked));
        now.forEach((group, held) -> claims.put(
                group,
                new Claim(held, Objects.requireNonNullElse(claims.get(group), new Claim(held, Instant.EPOCH)).since)));
    }
}
