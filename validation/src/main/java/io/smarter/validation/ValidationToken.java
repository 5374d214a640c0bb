package io.smarter.validation;

/** How long a token of a service account may hold, whoever asks for it. Pure functions. */
public final class ValidationToken {
    public static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;

    private ValidationToken() {}

    /** What is wrong with how long a token is to hold; empty for nothing. */
    public static String problem(long seconds) {
        if (seconds < LEAST_SECONDS) return "may not specify a duration less than 10 minutes";
        return seconds > MOST_SECONDS ? "may not specify a duration larger than 2^32 seconds" : "";
    }
}
