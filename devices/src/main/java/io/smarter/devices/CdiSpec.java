package io.smarter.devices;

import io.smarter.json.Json;
import java.util.Optional;

/**
 * The devices of an offer as the Container Device Interface describes them (CDI specification 0.8, "CDI JSON
 * Specification"): one device for each unit, by its identity.
 *
 * @param kind such as {@code smarter.io/ttyUSB0}
 * @param document what is in the file
 */
record CdiSpec(String kind, Json.Obj document) {
    /** The name for its file in {@code /var/run/cdi}, such as {@code smarter.io-ttyUSB0.json}. */
    String fileName() {
        return kind.replace('/', '-') + ".json";
    }

    /** Empty when there is nothing to describe, as with folders that have become empty. */
    static Optional<CdiSpec> of(Offer offer) {
        var kind = "smarter.io/" + offer.name().substring(Offer.PREFIX.length());
        return Optional.of(new CdiSpec(kind, Json.obj("cdiVersion", "0.6.0", "kind", kind)));
    }
}
