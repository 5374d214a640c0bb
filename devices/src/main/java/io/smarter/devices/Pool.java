package io.smarter.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a node from which claims are met, in the sense of dynamic resource allocation: one for each share.
 *
 * @param shares by their names, each 1 to 63 of {@code a-z0-9-} with alphanumeric ends. A device keeps its name as long as its
 *     identity
 */
record Pool(SortedMap<String, Share> shares) {
    static final Pool EMPTY = new Pool(new TreeMap<>());

    /** Of one device; there is no sense in telling the whole cluster of more. */
    static final int MOST_SHARES = 128;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    /** What a name may have before the dash and the number of a share. */
    private static final int LONGEST = 59;

    private static final int DIGEST_BYTES = 8;

    /**
     * A share of a device.
     *
     * @param trouble why nobody may have it now; empty when anybody may
     */
    record Share(String name, Offer offer, Unit unit, String trouble) {}

    Pool {
        shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
    }

    /** What can be had of what is offered, or could a moment ago. */
    static Pool of(Collection<Offered> offered) {
        var shares = new TreeMap<String, Share>();
        for (var one : offered) {
            for (var standing : one.units()) {
                var unit = standing.unit();
                var trouble = standing.gone() == null
                        ? standing.trouble()
                        : unit.device().path() + " is not there";
                for (int i = 0; i < Math.min(unit.count(), MOST_SHARES); i++) {
                    var name = name(unit.identity()) + "-" + i;
                    shares.merge(name, new Share(name, one.offer(), unit, trouble), Pool::better);
                }
            }
        }
        return new Pool(shares);
    }

    /** One that went and came back under another number is there twice for a while. */
    private static Share better(Share first, Share second) {
        return first.trouble.isEmpty() || !second.trouble.isEmpty() ? first : second;
    }

    /** Those that anybody may have. */
    List<Share> free() {
        return shares.values().stream().filter(share -> share.trouble.isEmpty()).toList();
    }

    @Nullable
    Share get(String name) {
        return shares.get(name);
    }

    /** The identity, where it is a DNS label that leaves room for a number; otherwise what of it is one, and a digest. */
    static String name(String identity) {
        if (identity.length() <= LONGEST && LABEL.matcher(identity).matches()) return identity;
        var clean =
                identity.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        var digest = digest(identity);
        var start = clean.substring(0, Math.min(clean.length(), LONGEST - 1 - digest.length()));
        return start + "-" + digest;
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
