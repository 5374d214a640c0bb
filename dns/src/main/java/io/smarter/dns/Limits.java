package io.smarter.dns;

import java.time.Duration;

/**
 * How much a server takes upon itself.
 *
 * @param cacheBytes memory for answers of other servers, with what keeping them takes
 * @param cacheEntries how many of them
 * @param upstreamInFlight questions to other servers at a time; the next one fails
 * @param connections TCP connections at a time
 * @param connectionsPerClient of those, from one address
 * @param idle how long a TCP connection may be silent, or a client not read
 * @param perSecond queries of one address
 * @param burst how many of them at once
 * @param upstreamPerSecond those of one address that other servers are asked for
 * @param upstreamBurst how many of them at once
 * @param patience how long a client waits when there is a stale answer, RFC 8767 section 5
 */
public record Limits(
        int cacheBytes,
        int cacheEntries,
        int upstreamInFlight,
        int connections,
        int connectionsPerClient,
        Duration idle,
        int perSecond,
        int burst,
        int upstreamPerSecond,
        int upstreamBurst,
        Duration patience) {
    /** What suits a gateway. */
    public static final Limits OF_GATEWAY = new Limits(
            1 << 20, 4096, 256, 64, 16, Duration.ofSeconds(10), 1000, 2000, 100, 200, Duration.ofMillis(1800));

    public Limits {
        check("cacheBytes", cacheBytes);
        check("cacheEntries", cacheEntries);
        check("upstreamInFlight", upstreamInFlight);
        check("connections", connections);
        check("connectionsPerClient", connectionsPerClient);
        check("idle", idle.toMillis());
        check("perSecond", perSecond);
        check("burst", burst);
        check("upstreamPerSecond", upstreamPerSecond);
        check("upstreamBurst", upstreamBurst);
        check("patience", patience.toMillis());
    }

    private static void check(String name, long value) {
        if (value < 1) throw new IllegalArgumentException("%s must be 1 or more, was %d".formatted(name, value));
    }

    /** The same with other rates of queries for each address. */
    public Limits withRates(int queries, int queriesAtOnce, int upstream, int upstreamAtOnce) {
        return new Limits(
                cacheBytes,
                cacheEntries,
                upstreamInFlight,
                connections,
                connectionsPerClient,
                idle,
                queries,
                queriesAtOnce,
                upstream,
                upstreamAtOnce,
                patience);
    }
}
