package io.smarter.devices;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A resource as pods may have it now: what there is of it, and what there was a moment ago. A device that is gone is told to be
 * unhealthy for a while before it is told no more, since most that go come back.
 *
 * @param units in the order in which they are told, at least one
 */
record Offered(Offer offer, List<Standing> units) {
    /**
     * How it stands with a device.
     *
     * @param gone since when it is not there; null while it is
     * @param trouble why nobody may have it now; empty when anybody may
     */
    record Standing(Unit unit, @Nullable Instant gone, String trouble) {
        boolean isHealthy() {
            return trouble.isEmpty();
        }
    }

    /** Says why a device can't be given; empty when it can. */
    @FunctionalInterface
    interface Troubles {
        String of(Offer offer, Unit unit);
    }

    Offered {
        units = List.copyOf(units);
    }

    String name() {
        return offer.name();
    }

    /** The unit that has a share. */
    Optional<Standing> standing(String id) {
        return units.stream().filter(one -> one.unit().has(id)).findFirst();
    }

    /** When the first of those that are gone is told no more; null when none is gone. */
    @Nullable
    Instant changes(Duration keep) {
        return units.stream()
                .flatMap(unit -> Optional.ofNullable(unit.gone()).stream())
                .min(Instant::compareTo)
                .map(gone -> gone.plus(keep))
                .orElse(null);
    }

    /**
     * What follows from what is found.
     *
     * @param before by the resource's name
     * @param paths of all that there is below {@code /dev}: what is there and not in the catalog is offered by no rule any more
     * @param troubles of the devices that are there
     * @param keep how long a device that is gone is told to be unhealthy
     */
    static Map<String, Offered> next(
            Map<String, Offered> before,
            Catalog catalog,
            Set<String> paths,
            Troubles troubles,
            Instant now,
            Duration keep) {
        var gone = new LinkedHashMap<String, Offered>();
        before.forEach((name, old) -> old.without(paths).ifPresent(rest -> gone.put(name, rest)));
        var next = new LinkedHashMap<String, Offered>();
        for (var offer : catalog.offers())
            next.put(offer.name(), next(offer, gone.get(offer.name()), troubles, now, keep));
        gone.forEach((name, old) -> {
            if (!next.containsKey(name)) left(old, List.of(), now, keep).ifPresent(rest -> next.put(name, rest));
        });
        return next;
    }

    private Optional<Offered> without(Set<String> paths) {
        var rest = units.stream()
                .filter(one -> !paths.contains(one.unit().device().path()))
                .toList();
        return rest.isEmpty() ? Optional.empty() : Optional.of(new Offered(offer, rest));
    }

    private static Offered next(Offer offer, @Nullable Offered before, Troubles troubles, Instant now, Duration keep) {
        var units = new ArrayList<Standing>();
        for (var unit : offer.units()) units.add(new Standing(unit, null, troubles.of(offer, unit)));
        if (before != null) left(before, units, now, keep).ifPresent(rest -> units.addAll(rest.units));
        return new Offered(offer, units);
    }

    /** What was offered and is not there any more, if it is not too long ago. */
    private static Optional<Offered> left(Offered before, List<Standing> there, Instant now, Duration keep) {
        var left = new ArrayList<Standing>();
        for (var old : before.units) {
            if (there.stream()
                    .anyMatch(one -> one.unit().identity().equals(old.unit().identity()))) continue;
            var gone = old.gone() == null ? now : old.gone();
            if (gone.plus(keep).isAfter(now)) left.add(new Standing(old.unit(), gone, "it is not there"));
        }
        return left.isEmpty() ? Optional.empty() : Optional.of(new Offered(before.offer, left));
    }
}
