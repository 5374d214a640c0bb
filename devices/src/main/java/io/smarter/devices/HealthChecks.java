package io.smarter.devices;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the devices that are offered answer. Each is asked when it appears, as often after that as its rule says, and again and
 * again, at longer and longer intervals, while it does not answer. Safe for use by many threads.
 */
final class HealthChecks {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** How long all that are new may take to answer before the others are told of. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private static final String NOT_YET = "it has not answered yet";

    private final Probe probe;
    private final Runnable changed;
    private final Map<String, Answer> answers = new HashMap<>();

    /**
     * What a device answered.
     *
     * @param number what the device was called when it was asked
     * @param trouble empty when it is well
     * @param next when to ask again; null for never
     * @param pause after which it was asked
     */
    private record Answer(
            Found.@Nullable DeviceNumber number,
            String trouble,
            @Nullable Instant next,
            Duration pause) {}

    /** @param changed called when a device that was waited for has answered */
    HealthChecks(Probe probe, Runnable changed) {
        this.probe = probe;
        this.changed = changed;
    }

    /** Asks those that are to be asked now. Returns when all have answered, or after a moment. */
    void ask(Catalog catalog, Instant now) throws InterruptedException {
        var asked = new ArrayList<CompletableFuture<Void>>();
        var there = new HashSet<String>();
        for (var offer : catalog.offers()) {
            for (var unit : offer.units()) {
                there.add(unit.device().path());
                if (offer.rule().health().checked() && isDue(unit, now)) asked.add(ask(offer, unit));
            }
        }
        synchronized (this) {
            answers.keySet().retainAll(there);
        }
        await(CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)));
    }

    private void await(CompletableFuture<Void> all) throws InterruptedException {
        try {
            all.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            var _ = all.thenRun(changed);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized boolean isDue(Unit unit, Instant now) {
        var answer = answers.get(unit.device().path());
        if (answer == null || !Objects.equals(answer.number, unit.device().number())) return true;
        return answer.next != null && !answer.next.isAfter(now);
    }

    private CompletableFuture<Void> ask(Offer offer, Unit unit) {
        var device = unit.device();
        synchronized (this) {
            var before = answers.get(device.path());
            var trouble = before != null && Objects.equals(before.number, device.number()) ? before.trouble : NOT_YET;
            answers.put(device.path(), new Answer(device.number(), trouble, null, pause(before)));
        }
        return CompletableFuture.runAsync(
                () -> answered(offer, device, probe.check(device, false)),
                task -> Thread.ofVirtual().name("probe " + device.path()).start(task));
    }

    private static Duration pause(@Nullable Answer before) {
        if (before == null || before.trouble.isEmpty()) return FIRST_PAUSE;
        var twice = before.pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private synchronized void answered(Offer offer, Found device, Probe.Outcome outcome) {
        var asked = answers.get(device.path());
        if (asked == null || !Objects.equals(asked.number, device.number())) return;
        var period = offer.rule().health().period();
        var answer = switch (outcome) {
            case Probe.Outcome.Answers _ ->
                new Answer(
                        device.number(),
                        "",
                        period == null ? null : Instant.now().plus(period),
                        FIRST_PAUSE);
            case Probe.Outcome.Fails(var why) ->
                new Answer(device.number(), why, Instant.now().plus(asked.pause), asked.pause);
        };
        answers.put(device.path(), answer);
    }

    /** Why a device can't be given; empty when it can. */
    synchronized String trouble(Found device) {
        var answer = answers.get(device.path());
        return answer == null ? "" : answer.trouble;
    }

    /** When a device is to be asked again; null for never. */
    synchronized @Nullable Instant next() {
        return answers.values().stream()
                .map(Answer::next)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
    }
}
