package io.smarter.devices;

import java.util.List;

/**
 * What a node offers by its rules, and what its rules mean but it cannot offer.
 *
 * @param offers by the order of the rules, then of the paths; no two have one name
 */
record Catalog(List<Offer> offers, List<Left> left) {
    Catalog {
        offers = List.copyOf(offers);
        left = List.copyOf(left);
    }

    /** The first rule that matches a file decides on it. */
    static Catalog of(Rules rules, List<Found> found) {
        return new Catalog(List.of(), unmatched(rules, found));
    }

    /** What no rule means. */
    static List<Left> unmatched(Rules rules, List<Found> found) {
        return found.stream()
                .filter(one ->
                        rules.rules().stream().noneMatch(rule -> rule.match().holds(one)))
                .map(one -> new Left(one.path(), "no rule matches it"))
                .toList();
    }
}
