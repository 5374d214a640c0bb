package io.smarter.gateway;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** A Kubernetes quantity as a number ("100m", "1Gi", "2e3"). */
record Amount(BigDecimal value) {
    private static final String DECIMAL = "kMGTPE";
    private static final int LONGEST = 64;

    /**
     * Reads a quantity; null stays null.
     *
     * @throws IllegalArgumentException if it is none
     */
    static @Nullable Amount of(@Nullable String text) {
        if (text == null) return null;
        try {
            if (text.length() > LONGEST) throw new NumberFormatException("too long");
            return new Amount(parse(text));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("quantity: must be a number with a unit, was '%s'".formatted(text), e);
        }
    }

    /** The value in units of {@code unit}, rounded up. */
    long in(BigDecimal unit) {
        return value.divide(unit, 0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /** Rounded up to a whole number. */
    long whole() {
        return in(BigDecimal.ONE);
    }

    /** In thousandths, rounded up. */
    long milli() {
        return in(new BigDecimal("0.001"));
    }

    private static BigDecimal parse(String text) {
        if (text.endsWith("i")) {
            int power = "KMGTPE".indexOf(text.charAt(Math.max(0, text.length() - 2)));
            if (power < 0) throw new NumberFormatException("unknown unit");
            return number(text, 2).multiply(BigDecimal.valueOf(1024).pow(power + 1));
        }
        if (text.isEmpty()) throw new NumberFormatException("empty");
        char last = text.charAt(text.length() - 1);
        int power = DECIMAL.indexOf(last);
        if (power >= 0) return number(text, 1).scaleByPowerOfTen(3 * (power + 1));
        return switch (last) {
            case 'm' -> number(text, 1).scaleByPowerOfTen(-3);
            case 'u' -> number(text, 1).scaleByPowerOfTen(-6);
            case 'n' -> number(text, 1).scaleByPowerOfTen(-9);
            default -> number(text, 0);
        };
    }

    private static BigDecimal number(String text, int suffix) {
        var number = new BigDecimal(text.substring(0, text.length() - suffix));
        if (Math.abs((long) number.scale()) > 40) throw new NumberFormatException("exponent too large");
        return number;
    }
}
