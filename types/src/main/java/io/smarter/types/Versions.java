package io.smarter.types;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The order of API versions: v2, v1, v2beta1, v1beta2, v1alpha1, then others by name (Kubernetes "Version priority"). */
public final class Versions {
    private static final Comparator<Parsed> NEWEST_FIRST = Comparator.comparingInt(Parsed::stability)
            .thenComparingInt(Parsed::major)
            .thenComparingInt(Parsed::minor)
            .reversed();

    private Versions() {}

    /** @param stability 2 for stable, 1 for beta, 0 for alpha */
    private record Parsed(int major, int stability, int minor) {}

    public static int compare(String left, String right) {
        var a = parsed(left);
        var b = parsed(right);
        if (a == null || b == null) return a != null ? -1 : b != null ? 1 : left.compareTo(right);
        return NEWEST_FIRST.compare(a, b);
    }

    /** Whether a version is newer than another one and at least as stable. */
    static boolean replaces(String newer, String old) {
        var a = parsed(newer);
        var b = parsed(old);
        return a != null && (b == null || a.stability >= b.stability && compare(newer, old) < 0);
    }

    private static @Nullable Parsed parsed(String version) {
        if (!version.startsWith("v")) return null;
        int beta = version.indexOf("beta");
        int word = beta >= 0 ? beta : version.indexOf("alpha");
        int major = number(version.substring(1, word < 0 ? version.length() : word));
        if (word < 0) return major < 0 ? null : new Parsed(major, 2, 0);
        int minor = number(version.substring(word + (beta >= 0 ? "beta" : "alpha").length()));
        return major < 0 || minor < 0 ? null : new Parsed(major, beta >= 0 ? 1 : 0, minor);
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 9 || digits.charAt(0) == '0') return -1;
        for (int i = 0; i < digits.length(); i++) if (!Character.isDigit(digits.charAt(i))) return -1;
        return Integer.parseInt(digits);
    }
}
