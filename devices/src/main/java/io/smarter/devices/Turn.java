package io.smarter.devices;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened to a device that pods may hold. */
sealed interface Turn {
    Offered offered();

    Unit unit();

    /** It was there, and is not. */
    record Lost(Offered offered, Unit unit) implements Turn {}

    /**
     * It is there, and was not, or has other files than before.
     *
     * @param wasGone whether it is remembered to have been lost
     */
    record Appeared(Offered offered, Unit unit, boolean wasGone) implements Turn {}

    /** What happened between two looks. Pure. */
    static List<Turn> between(Map<String, Offered> before, Map<String, Offered> after) {
        var turns = new ArrayList<Turn>();
        after.forEach((name, now) -> {
            for (var standing : now.units()) {
                var old = before.containsKey(name)
                        ? of(before.get(name), standing.unit())
                        : Stream.<Offered.Standing>of();
                turn(now, standing, old.findFirst().orElse(null), turns);
            }
        });
        return turns;
    }

    private static Stream<Offered.Standing> of(Offered offered, Unit unit) {
        return offered.units().stream().filter(one -> one.unit().identity().equals(unit.identity()));
    }

    private static void turn(Offered now, Offered.Standing standing, Offered.@Nullable Standing old, List<Turn> turns) {
        if (standing.gone() != null) {
            if (old != null && old.gone() == null) turns.add(new Lost(now, standing.unit()));
        } else if (old == null || old.gone() != null || !sameFiles(old.unit(), standing.unit())) {
            turns.add(new Appeared(now, standing.unit(), old != null));
        }
    }

    private static boolean sameFiles(Unit one, Unit other) {
        return numbers(one).equals(numbers(other));
    }

    private static List<String> numbers(Unit unit) {
        return Stream.concat(unit.files().values().stream(), unit.with().stream())
                .map(file -> file.path() + " " + file.number())
                .toList();
    }
}
