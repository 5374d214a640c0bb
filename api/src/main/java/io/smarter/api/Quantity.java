package io.smarter.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Objects;

/**
 * An amount of a resource as Kubernetes writes it: {@code 100m}, {@code 1.5Gi}, {@code 1e3}. Exact to 10⁻⁹, which smaller
 * parts are rounded up to, and at most 2⁶³-1. Amounts compare by value; the text of an amount is canonical: no fraction,
 * and the largest suffix that allows it. Immutable.
 */
public final class Quantity implements Comparable<Quantity> {
    /** How an amount was written, and is written again. */
    private enum Form {
        DECIMAL,
        BINARY,
        EXPONENT
    }

    private static final int MAX_LENGTH = 256;
    private static final int NANO = 9;
    private static final String DECIMAL_SUFFIXES = "num kMGTPE";
    private static final String BINARY_SUFFIXES = "KMGTPE";
    private static final BigDecimal LIMIT = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    private static final BigInteger KIBI_INTEGER = BigInteger.valueOf(1024);
    private static final String FORMAT =
            "quantities must match the regular expression " + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private final BigDecimal value;
    private final Form form;

    private Quantity(BigDecimal value, Form form) {
        this.value = value;
        this.form = form;
    }

    /**
     * @throws IllegalArgumentException if the text is no quantity; the message is Kubernetes' own
     */
    public static Quantity parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) throw new IllegalArgumentException(FORMAT);
        int end = numberEnd(text);
        var number = number(text.substring(0, end));
        var suffix = text.substring(end);
        if (suffix.length() == 2 && suffix.charAt(1) == 'i') {
            int power = BINARY_SUFFIXES.indexOf(suffix.charAt(0)) + 1;
            if (power == 0) throw wrongSuffix();
            var value = limited(number.multiply(KIBI.pow(power)));
            boolean small = value.signum() > 0 && value.compareTo(BigDecimal.ONE) < 0;
            return new Quantity(value, small ? Form.DECIMAL : Form.BINARY);
        }
        if (suffix.length() > 1)
            return new Quantity(limited(number.scaleByPowerOfTen(exponent(suffix))), Form.EXPONENT);
        int at = suffix.isEmpty() || suffix.equals(" ") ? 3 : DECIMAL_SUFFIXES.indexOf(suffix.charAt(0));
        if (at < 0 || suffix.equals(" ")) throw wrongSuffix();
        return new Quantity(limited(number.scaleByPowerOfTen((at - 3) * 3)), Form.DECIMAL);
    }

    /** A whole number, written with decimal suffixes. */
    public static Quantity of(long value) {
        return new Quantity(BigDecimal.valueOf(value), Form.DECIMAL);
    }

    /** A number of bytes, written with binary suffixes. */
    public static Quantity ofBytes(long value) {
        return new Quantity(BigDecimal.valueOf(value), Form.BINARY);
    }

    /** Thousandths, as CPU time is counted. */
    public static Quantity ofMilli(long value) {
        return new Quantity(BigDecimal.valueOf(value, 3), Form.DECIMAL);
    }

    private static int numberEnd(String text) {
        int at = text.charAt(0) == '+' || text.charAt(0) == '-' ? 1 : 0;
        int start = at;
        boolean point = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '.' && !point) point = true;
            else if (c < '0' || c > '9') break;
        }
        if (at == start || point && at == start + 1) throw new IllegalArgumentException(FORMAT);
        return at;
    }

    private static BigDecimal number(String digits) {
        var complete = digits.endsWith(".") ? digits + "0" : digits;
        return new BigDecimal(complete.startsWith("+") ? complete.substring(1) : complete);
    }

    private static int exponent(String suffix) {
        if (suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') throw wrongSuffix();
        try {
            return Math.clamp(Long.parseLong(suffix.substring(1)), -1000, 1000);
        } catch (NumberFormatException e) {
            throw wrongSuffix();
        }
    }

    private static IllegalArgumentException wrongSuffix() {
        return new IllegalArgumentException("unable to parse quantity's suffix");
    }

    private static BigDecimal limited(BigDecimal value) {
        var rounded = value.scale() > NANO ? value.setScale(NANO, RoundingMode.UP) : value;
        if (rounded.compareTo(LIMIT) > 0) return LIMIT;
        return rounded.compareTo(LIMIT.negate()) < 0 ? LIMIT.negate() : rounded;
    }

    public int signum() {
        return value.signum();
    }

    /** The amount as a whole number, rounded up. */
    public long value() {
        return value.setScale(0, RoundingMode.CEILING).longValue();
    }

    /** The amount in thousandths, rounded up; 2⁶³-1 where it is larger. */
    public long milliValue() {
        var milli = value.scaleByPowerOfTen(3).setScale(0, RoundingMode.CEILING);
        return milli.min(LIMIT).max(LIMIT.negate()).longValue();
    }

    public Quantity plus(Quantity other) {
        return new Quantity(limited(value.add(other.value)), value.signum() == 0 ? other.form : form);
    }

    public Quantity minus(Quantity other) {
        return new Quantity(limited(value.subtract(other.value)), value.signum() == 0 ? other.form : form);
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && value.compareTo(quantity.value) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value.stripTrailingZeros());
    }

    /** The canonical text. */
    @Override
    public String toString() {
        if (value.signum() == 0) return "0";
        if (form == Form.BINARY && value.abs().compareTo(KIBI) >= 0 && isWhole()) return binary();
        var units = value.setScale(NANO, RoundingMode.UP).unscaledValue();
        int power = -3;
        for (; power < 6 && units.mod(THOUSAND).signum() == 0; power++) units = units.divide(THOUSAND);
        if (form == Form.EXPONENT) return power == 0 ? units.toString() : units + "e" + power * 3;
        return power == 0 ? units.toString() : units.toString() + DECIMAL_SUFFIXES.charAt(power + 3);
    }

    private boolean isWhole() {
        return value.stripTrailingZeros().scale() <= 0;
    }

    private String binary() {
        var units = value.toBigIntegerExact();
        int power = 0;
        for (; power < 6 && units.mod(KIBI_INTEGER).signum() == 0; power++) units = units.divide(KIBI_INTEGER);
        return power == 0 ? units.toString() : units.toString() + BINARY_SUFFIXES.charAt(power - 1) + "i";
    }
}
