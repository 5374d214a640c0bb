package io.smarter.dns;

/**
 * What a server did since it was opened.
 *
 * @param queries messages that came
 * @param local answers of the zone alone
 * @param hits answers from the cache that are fresh
 * @param stale answers from the cache whose time is over, as no other server said anything newer
 * @param upstream questions that other servers were asked
 * @param failures of those, the ones that no server answered
 * @param limited queries that were dropped as their sender asks too much
 * @param malformed messages that are no query
 * @param faults queries that were dropped or failed by an error of this program
 */
public record Counters(
        long queries,
        long local,
        long hits,
        long stale,
        long upstream,
        long failures,
        long limited,
        long malformed,
        long faults) {}
