package io.smarter.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** The servers that the machine uses, and which of them answered last. Safe for use by several threads. */
final class Servers {
    static final Servers NONE = new Servers(new Listing(List.of(), Duration.ofSeconds(1), 1, false));

    /** For so long a server that did not answer is taken to be silent still. */
    private static final long SILENT = Duration.ofSeconds(10).toNanos();

    private final Listing listing;
    private final AtomicLongArray silentSince;
    private final AtomicLongArray silent;
    private final AtomicInteger first = new AtomicInteger();

    /**
     * What resolv.conf says.
     *
     * @param timeout how long one is waited for
     * @param attempts how often all of them are asked
     * @param rotate whether they take turns
     */
    record Listing(List<InetSocketAddress> addresses, Duration timeout, int attempts, boolean rotate) {
        Listing {
            addresses = List.copyOf(addresses);
        }
    }

    Servers(Listing listing) {
        this.listing = listing;
        silentSince = new AtomicLongArray(listing.addresses.size());
        silent = new AtomicLongArray(listing.addresses.size());
    }

    Listing listing() {
        return listing;
    }

    boolean isEmpty() {
        return listing.addresses.isEmpty();
    }

    /** All of them, the one to be asked first at the start. */
    List<InetSocketAddress> inOrder() {
        int count = listing.addresses.size();
        int start = listing.rotate ? first.getAndIncrement() : first.get();
        var order = new ArrayList<InetSocketAddress>();
        for (int i = 0; i < count; i++) order.add(listing.addresses.get(Math.floorMod(start + i, count)));
        return order;
    }

    void answered(InetSocketAddress server) {
        int index = listing.addresses.indexOf(server);
        silent.set(index, 0);
        if (!listing.rotate) first.set(index);
    }

    void silent(InetSocketAddress server, long now) {
        int index = listing.addresses.indexOf(server);
        silentSince.set(index, now);
        silent.set(index, 1);
    }

    /** Whether none answered when it was asked last, which is not long ago. */
    boolean allSilent(long now) {
        for (int i = 0; i < silent.length(); i++) {
            if (silent.get(i) == 0 || now - silentSince.get(i) > SILENT) return false;
        }
        return true;
    }
}
