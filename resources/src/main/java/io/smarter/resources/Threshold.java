package io.smarter.resources;

import io.smarter.api.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Below how much a node is short of something.
 *
 * @param grace how long it may be before pods are evicted; zero for a hard threshold
 */
public record Threshold(Signal signal, Amount amount, Duration grace) {
    /** What the kubelet does when it is not told otherwise. */
    public static final String USUAL =
            "memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%,imagefs.available<15%,imagefs.inodesFree<5%";

    public boolean isHard() {
        return grace.isZero();
    }

    /** How much there is of something. */
    public record Observation(long available, long capacity) {}

    /** A number, or a share of what there is at all. */
    public sealed interface Amount {
        /** That many of a capacity. */
        default long of(long capacity) {
            return switch (this) {
                case Fixed(var number) -> number;
                case Share(var share) -> (long) (capacity * share);
            };
        }

        record Fixed(long number) implements Amount {}

        record Share(double share) implements Amount {}

        /**
         * Reads {@code 100Mi} or {@code 10%}.
         *
         * @throws IllegalArgumentException if it is neither, or negative
         */
        static Amount parse(String text) {
            if (!text.endsWith("%")) {
                var quantity = Quantity.parse(text);
                if (quantity.signum() < 0) throw negative(text);
                return new Fixed(quantity.value());
            }
            double percent;
            try {
                percent = Double.parseDouble(text.substring(0, text.length() - 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "eviction amount: must be a quantity or percent, was '" + text + "'", e);
            }
            if (!(percent >= 0 && percent <= 100)) throw negative(text);
            return new Share(percent / 100);
        }

        private static IllegalArgumentException negative(String text) {
            return new IllegalArgumentException(
                    "eviction amount: must be 0 or more, and 100% or less, was '" + text + "'");
        }
    }

    /** Reads hard thresholds, such as {@code memory.available<100Mi,nodefs.available<10%}; of 0 or 0% is none. */
    public static List<Threshold> hard(String text) {
        return list(text, Map.of());
    }

    /**
     * Reads soft thresholds.
     *
     * @param graces such as {@code memory.available=1m30s}; one for each threshold
     */
    public static List<Threshold> soft(String text, String graces) {
        var times = new EnumMap<Signal, Duration>(Signal.class);
        for (var part : parts(graces)) {
            var pair = pair(part, "=");
            times.put(Signal.of(pair[0]), Durations.parse(pair[1]));
        }
        var soft = list(text, times);
        for (var threshold : soft)
            if (threshold.isHard())
                throw new IllegalArgumentException("soft eviction threshold of %s: needs a grace period above 0"
                        .formatted(threshold.signal.text()));
        return soft;
    }

    /** Reads how much is to be got back at least, such as {@code nodefs.available=1Gi}. */
    public static Map<Signal, Amount> reclaims(String text) {
        var reclaims = new EnumMap<Signal, Amount>(Signal.class);
        for (var part : parts(text)) {
            var pair = pair(part, "=");
            reclaims.put(Signal.of(pair[0]), Amount.parse(pair[1]));
        }
        return reclaims;
    }

    private static List<Threshold> list(String text, Map<Signal, Duration> graces) {
        var thresholds = new ArrayList<Threshold>();
        for (var part : parts(text)) {
            var pair = pair(part, "<");
            var signal = Signal.of(pair[0]);
            var amount = Amount.parse(pair[1]);
            if (amount.of(Long.MAX_VALUE) == 0) continue;
            thresholds.add(new Threshold(signal, amount, graces.getOrDefault(signal, Duration.ZERO)));
        }
        return List.copyOf(thresholds);
    }

    private static List<String> parts(String text) {
        return text.isBlank() ? List.of() : List.of(text.split(",", -1));
    }

    private static String[] pair(String part, String between) {
        var pair = part.strip().split(between, 2);
        if (pair.length != 2 || pair[0].isEmpty() || pair[1].isEmpty())
            throw new IllegalArgumentException(
                    "eviction setting: must be SIGNAL%sAMOUNT, was '%s'".formatted(between, part));
        return pair;
    }
}
