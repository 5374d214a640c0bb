package io.smarter.devices;

import java.util.List;

/**
 * What a node offers by its rules, and what its rules mean but it cannot offer.
 *
 * @param offers by the order of the rules, then of the paths; no two have one name
 * @param unmatched paths of what no rule matches, and what goes with nothing that one does
 */
record Catalog(List<Offer> offers, List<Left> left, List<String> unmatched) {
    Catalog {
        offers = List.copyOf(offers);
        left = List.copyOf(left);
        unmatched = List.copyOf(unmatched);
    }

    /**
     * The first rule that matches a file decides on it. Files that are handed over together with another one are not offered by
     * themselves by rules that come later.
     */
    static Catalog of(Rules rules, List<Found> found) {
        return new CatalogBuilder(rules, found).build();
    }
}
