package io.smarter.resources;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which images go when their disk fills: it remembers since when they are there and when they were used last. */
public final class ImageGarbage {
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(Instant detected, Instant used) {}

    /**
     * An image.
     *
     * @param kept whether it stays although nothing uses it
     */
    public record Image(String id, long size, boolean kept) {}

    /**
     * When images are deleted.
     *
     * @param high the percentage of the disk above which some are
     * @param low the percentage at which that ends
     * @param leastAge how long an image that nothing uses is there at least
     */
    public record Settings(int high, int low, Duration leastAge) {
        /** As the kubelet's. */
        public static final Settings USUAL = new Settings(85, 80, Duration.ofMinutes(2));

        public Settings {
            if (high < 0 || high > 100 || low < 0 || low > high)
                throw new IllegalArgumentException(
                        "image thresholds: must be 0 <= low <= high <= 100, were %d and %d".formatted(low, high));
        }

        /** How many bytes are to be freed. */
        public long excess(long capacity, long available) {
            if (capacity <= 0 || (capacity - available) * 100.0 / capacity < high) return 0;
            return Math.max(0, (long) (capacity * (100.0 - low) / 100) - available);
        }
    }

    /** No image known yet. */
    public ImageGarbage() {}

    /** Takes note of what is there, and what of it is used. */
    public void look(Collection<Image> there, Set<String> used, Instant now) {
        var ids = there.stream().map(Image::id).toList();
        seen.keySet().retainAll(ids);
        for (var id : ids) {
            var before = seen.getOrDefault(id, new Seen(now, Instant.EPOCH));
            seen.put(id, used.contains(id) ? new Seen(before.detected, now) : before);
        }
    }

    /**
     * The images to delete, those that were not used for longest first.
     *
     * @param bytes how many are to be freed
     */
    public List<Image> toDelete(Collection<Image> there, long bytes, Duration leastAge, Instant now) {
        var order = Comparator.comparing((Image image) -> seenOf(image, now).used())
                .thenComparing(image -> seenOf(image, now).detected())
                .thenComparing(Image::id);
        var deleted = new ArrayList<Image>();
        long freed = 0;
        for (var image : there.stream().sorted(order).toList()) {
            if (freed >= bytes) break;
            var known = seenOf(image, now);
            boolean young = known.detected().plus(leastAge).isAfter(now);
            if (image.kept() || known.used().equals(now) || young) continue;
            deleted.add(image);
            freed += image.size();
        }
        return deleted;
    }

    private Seen seenOf(Image image, Instant now) {
        return seen.getOrDefault(image.id(), new Seen(now, Instant.EPOCH));
    }
}
