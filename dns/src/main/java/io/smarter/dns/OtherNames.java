package io.smarter.dns;

import io.smarter.dns.Tally.Event;
import java.util.function.LongSupplier;

/** Answers to questions for names that are none of ours: what is known, or what other servers say. Safe for use by several threads. */
final class OtherNames {
    private final Cache cache;
    private final Flights flights;
    private final RateLimit rate;
    private final Tally tally;
    private final LongSupplier nanoTime;

    OtherNames(Cache cache, Flights flights, RateLimit rate, Tally tally, LongSupplier nanoTime) {
        this.cache = cache;
        this.flights = flights;
        this.rate = rate;
        this.tally = tally;
        this.nanoTime = nanoTime;
    }

    /** Answers, at once or later. */
    void answer(Query query, LocalNames.Outcome.Elsewhere elsewhere, Client client, MessageWriter writer) {
        var key = QuestionKey.of(query, elsewhere.name());
        var waiter = new Waiter(query, elsewhere.aliases(), client);
        var known = cache.find(key);
        if (known != null && known.isFresh()) {
            tally.add(Event.HIT);
            waiter.send(known.reply(), known.age(), writer);
            return;
        }
        if (!query.wantsRecursion()) {
            waiter.fail(Protocol.REFUSED, writer);
            return;
        }
        long now = nanoTime.getAsLong();
        if (known != null && known.asked()) {
            flights.answerWithout(key, waiter, writer);
        } else if (!rate.allows(client.address(), now)) {
            tally.add(Event.LIMITED);
            client.refuse();
        } else if (flights.ask(key, waiter, known != null, now)) {
            flights.answerWithout(key, waiter, writer);
        }
    }
}
