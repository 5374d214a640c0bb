package io.smarter.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the objects of one namespace count for, and what its quotas allow. Whoever makes an object has it entered before
 * it is written, so that two who come at the same time never get more than there is; what is told of the store then takes
 * the place of what was entered. Safe for use by many threads.
 *
 * <p>Invariant: an account's use is the sum of its shares of all entries.
 */
final class QuotaBook {
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Account> accounts = new TreeMap<>();
    private List<Told> waiting = new ArrayList<>();
    private boolean open;
    private long start;

    /** One object. The same entry stands for it as long as nothing else is told of it. */
    private static final class Entry {
        private final QuotaCharge charge;
        private int holders;

        Entry(QuotaCharge charge, int holders) {
            this.charge = charge;
            this.holders = holders;
        }
    }

    private record Told(String key, long revision, @Nullable QuotaCharge charge) {}

    private static final class Account {
        private final QuotaLimits limits;
        private Amounts used;

        Account(QuotaLimits limits, Amounts used) {
            this.limits = limits;
            this.used = used;
        }
    }

    /** What a quota shows. */
    record Use(String quota, Amounts hard, Amounts used) {}

    /** A quota is there, or another than it was; what is told of a state that is over changes nothing. */
    synchronized void quota(QuotaLimits limits) {
        var known = accounts.get(limits.name());
        if (known != null && known.limits.revision() >= limits.revision()) return;
        if (known != null && known.limits.sameAs(limits)) {
            accounts.put(limits.name(), new Account(limits, known.used));
            return;
        }
        accounts.put(limits.name(), new Account(limits, sum(limits)));
    }

    /** A quota is gone; whether that was the last. */
    synchronized boolean forget(String quota, long revision) {
        var known = accounts.get(quota);
        if (known != null && known.limits.revision() < revision) accounts.remove(quota);
        return accounts.isEmpty();
    }

    private Amounts sum(QuotaLimits limits) {
        var sum = Amounts.NONE;
        for (var entry : entries.values()) sum = sum.plus(limits.share(entry.charge));
        return sum;
    }

    synchronized boolean isOpen() {
        return open;
    }

    /** Enters what there is at a revision, and what was told since. */
    synchronized void open(Map<String, QuotaCharge> there, long revision) {
        if (open) return;
        start = revision;
        there.forEach((key, charge) -> entries.put(key, new Entry(charge, 0)));
        accounts.values().forEach(account -> account.used = sum(account.limits));
        open = true;
        for (var told : waiting) tell(told.key, told.revision, told.charge);
        waiting = List.of();
        notifyAll();
    }

    /** Waits until the book is open. */
    synchronized boolean awaitOpen(long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (!open) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) return false;
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** An object's state in the store; null when it is gone. Whether any quota may have to show something else. */
    synchronized boolean tell(String key, long revision, @Nullable QuotaCharge charge) {
        if (!open) {
            waiting.add(new Told(key, revision, charge));
            return false;
        }
        if (revision <= start) return false;
        var old = entries.get(key);
        if (old != null && old.charge.equals(charge)) {
            boolean reserved = old.holders > 0;
            old.holders = 0;
            return reserved;
        }
        return enter(key, charge == null ? null : new Entry(charge, 0));
    }

    /** What an object counts for now, though nothing was told; one that is gone stays so. */
    synchronized void recount(String key, QuotaCharge charge) {
        var old = entries.get(key);
        if (old != null && !old.charge.equals(charge)) enter(key, new Entry(charge, old.holders));
    }

    private boolean enter(String key, @Nullable Entry entry) {
        var old = entry == null ? entries.remove(key) : entries.put(key, entry);
        boolean changed = false;
        for (var account : accounts.values()) {
            var less = account.limits.share(old == null ? null : old.charge);
            var more = account.limits.share(entry == null ? null : entry.charge);
            if (less.isEmpty() && more.isEmpty()) continue;
            account.used = account.used.plus(more).minus(less);
            changed = true;
        }
        return changed;
    }

    /**
     * @param problem what stands against it, in Kubernetes' words; empty if nothing
     * @param release takes an object out again that was not written after all
     */
    record Reservation(String problem, Runnable release) {
        static final Reservation NOTHING = new Reservation("", () -> {});
    }

    /**
     * Enters an object that is to be written, unless that is too much for a quota. To be called when the book is open.
     *
     * @param changes whether it is there already, and is to count for something else
     * @param keep whether it is entered if all is well
     */
    synchronized Reservation reserve(String key, QuotaCharge charge, boolean changes, boolean keep) {
        var old = entries.get(key);
        if (!changes && old != null) {
            if (old.holders == 0) return Reservation.NOTHING; // who writes it will find out that it is there
            old.holders++;
            return new Reservation("", () -> release(key, old, null));
        }
        for (var account : accounts.values()) {
            var problem = problem(account, charge, old == null ? null : old.charge);
            if (!problem.isEmpty()) return new Reservation(problem, () -> {});
        }
        if (!keep) return Reservation.NOTHING;
        var entry = new Entry(charge, 1);
        enter(key, entry);
        return new Reservation("", () -> release(key, entry, old));
    }

    private synchronized void release(String key, Entry entry, @Nullable Entry old) {
        if (entries.get(key) != entry || entry.holders == 0) return;
        entry.holders--;
        if (entry.holders == 0) enter(key, old);
    }

    private static String problem(Account account, QuotaCharge charge, @Nullable QuotaCharge before) {
        var limits = account.limits;
        var asked = limits.share(charge).minus(limits.share(before)).positive();
        var used = account.used.withZeros(asked);
        var above = used.plus(asked).only(asked::has).above(limits.hard());
        if (above.isEmpty()) return "";
        return "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                .formatted(
                        limits.name(),
                        asked.only(above::has),
                        used.only(above::has),
                        limits.hard().only(above::has));
    }

    /** The quotas in whose scopes something is. */
    synchronized List<QuotaLimits> covering(QuotaCharge charge) {
        return accounts.values().stream()
                .map(account -> account.limits)
                .filter(limits -> limits.covers(charge))
                .toList();
    }

    /** What every quota shows now. */
    synchronized List<Use> uses() {
        return accounts.values().stream()
                .map(account -> {
                    var tracked = account.limits.hard().only(QuotaCharge::isTracked);
                    var used = account.used.only(tracked::has).withZeros(tracked);
                    return new Use(account.limits.name(), account.limits.hard(), used);
                })
                .toList();
    }
}
