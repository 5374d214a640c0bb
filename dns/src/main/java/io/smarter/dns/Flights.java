package io.smarter.dns;

import io.smarter.dns.Tally.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Questions that other servers are asked right now, each of them once, however many clients wait for it. Safe for use by several threads. */
final class Flights implements AutoCloseable {
    private static final int MOST_WAITERS = 2048;

    private final Supplier<Servers> servers;
    private final Upstream upstream;
    private final Cache cache;
    private final Limits limits;
    private final Tally tally;
    private final Complaints complaints;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<QuestionKey, Flight> flights = new HashMap<>();
    private int waiting;

    Flights(
            Supplier<Servers> servers,
            Upstream upstream,
            Cache cache,
            Limits limits,
            Tally tally,
            Complaints complaints) {
        this.servers = servers;
        this.upstream = upstream;
        this.cache = cache;
        this.limits = limits;
        this.tally = tally;
        this.complaints = complaints;
    }

    /** A question on its way; guarded by the map that it is in. */
    private static final class Flight {
        private final QuestionKey key;
        private final Servers servers;
        private final CountDownLatch landed = new CountDownLatch(1);
        private List<Waiter> waiters = new ArrayList<>();
        private boolean late;

        private Flight(QuestionKey key, Servers servers, boolean late) {
            this.key = key;
            this.late = late;
            this.servers = servers;
        }
    }

    /**
     * Asks for a client.
     *
     * @param stale what was known, which the client gets where nothing newer comes in time
     * @return whether the client is to be answered by the caller with what there is, as nothing newer is to be waited for
     */
    boolean ask(QuestionKey key, Waiter waiter, boolean stale, long now) {
        var current = servers.get();
        if (current.isEmpty()) return true;
        boolean atOnce = stale && current.allSilent(now);
        synchronized (flights) {
            var flight = flights.get(key);
            if (flight == null) {
                if (flights.size() >= limits.upstreamInFlight()) return true;
                flight = start(new Flight(key, current, atOnce), stale && !atOnce);
            }
            if (atOnce || stale && flight.late || waiting >= MOST_WAITERS) return true;
            flight.waiters.add(waiter.kept());
            waiting++;
            return false;
        }
    }

    private Flight start(Flight flight, boolean impatient) {
        threads.execute(() -> fly(flight));
        if (impatient) threads.execute(() -> hurry(flight));
        flights.put(flight.key, flight);
        return flight;
    }

    private void fly(Flight flight) {
        Reply reply = null;
        try {
            reply = upstream.ask(flight.key, flight.servers);
        } catch (RuntimeException e) {
            tally.add(Event.FAULT);
            complaints.add("question " + flight.key, e);
        }
        if (reply == null) cache.failed(flight.key);
        else cache.put(flight.key, reply);
        if (reply == null) tally.add(Event.FAILURE);
        List<Waiter> waiters;
        synchronized (flights) {
            flights.remove(flight.key);
            waiters = takeWaiters(flight);
        }
        flight.landed.countDown();
        answer(flight.key, waiters, reply);
    }

    /** Answers with what was known when the clients' patience is over, RFC 8767 section 5. */
    private void hurry(Flight flight) {
        try {
            if (flight.landed.await(limits.patience().toNanos(), TimeUnit.NANOSECONDS)) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Waiter> waiters;
        synchronized (flights) {
            flight.late = true;
            waiters = takeWaiters(flight);
        }
        answer(flight.key, waiters, null);
    }

    private List<Waiter> takeWaiters(Flight flight) {
        var waiters = flight.waiters;
        flight.waiters = new ArrayList<>();
        waiting -= waiters.size();
        return waiters;
    }

    private void answer(QuestionKey key, List<Waiter> waiters, @Nullable Reply reply) {
        var writer = new MessageWriter();
        for (var waiter : waiters) {
            try {
                if (reply == null) answerWithout(key, waiter, writer);
                else waiter.send(reply, 0, writer);
            } catch (RuntimeException e) {
                tally.add(Event.FAULT);
                complaints.add("answer to " + key, e);
            }
        }
    }

    /** Answers with what was known, whatever its age. */
    void answerWithout(QuestionKey key, Waiter waiter, MessageWriter writer) {
        var known = cache.find(key);
        if (known == null) {
            waiter.fail(Protocol.SERVFAIL, writer);
        } else {
            tally.add(known.isFresh() ? Event.HIT : Event.STALE);
            waiter.send(known.reply(), known.age(), writer);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
