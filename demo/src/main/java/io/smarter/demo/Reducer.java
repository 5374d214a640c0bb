package io.smarter.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Turns many readings into few. A metric's first reading passes at once. After that each window gives its mean, least and
 * greatest value (of a counter: its last value), and only if it moved out of the metric's dead band since it last
 * passed, or long ago. Safe for use by many threads.
 */
final class Reducer {
    private static final int MAX_METRICS = 1000;
    private static final int FORGET_AFTER_WINDOWS = 12;

    private final Duration heartbeat;
    private final Map<String, Metric> metrics = new HashMap<>();

    /**
     * @param heartbeat after which time a metric passes though it did not move
     */
    Reducer(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** Takes a reading, and gives what passes at once. */
    synchronized List<Reading> add(Reading reading) {
        var metric = metrics.get(reading.name());
        if (metric != null) {
            metric.add(reading);
            return List.of();
        }
        if (metrics.size() >= MAX_METRICS) return List.of();
        metrics.put(reading.name(), new Metric(reading));
        return List.of(reading);
    }

    /** Ends the window, and gives what passes. */
    synchronized List<Reading> endWindow(Instant now) {
        var passing = new ArrayList<Reading>();
        for (Iterator<Metric> all = metrics.values().iterator(); all.hasNext(); ) {
            var metric = all.next();
            if (metric.count == 0 && ++metric.silentWindows >= FORGET_AFTER_WINDOWS) all.remove();
            else if (metric.count > 0) metric.end(now, passing);
        }
        return passing;
    }

    /** How far a value may move without being news: by an amount, or by a share of what passed last. */
    private record DeadBand(double amount, double share) {
        static DeadBand of(Reading reading) {
            return switch (reading.unit()) {
                case "1" -> new DeadBand(0.01, 0);
                case "Cel" -> new DeadBand(0.5, 0);
                case "{thread}" -> new DeadBand(0.1, 0);
                case "By" -> reading.counter() ? new DeadBand(4096, 0) : new DeadBand(0, 0.01);
                case "{operation}" -> new DeadBand(10, 0);
                default -> new DeadBand(0, 0);
            };
        }

        boolean holds(double last, double now) {
            return Math.abs(now - last) <= Math.max(amount, share * Math.abs(last));
        }
    }

    /** One metric's window. */
    private final class Metric {
        private final DeadBand band;
        private Reading newest;
        private double passedValue;
        private Instant passedAt;
        private int count;
        private double sum;
        private double least;
        private double greatest;
        private int silentWindows;

        Metric(Reading first) {
            band = DeadBand.of(first);
            newest = first;
            passedValue = first.value();
            passedAt = first.time();
        }

        void add(Reading reading) {
            newest = reading;
            least = count == 0 ? reading.value() : Math.min(least, reading.value());
            greatest = count == 0 ? reading.value() : Math.max(greatest, reading.value());
            sum = count == 0 ? reading.value() : sum + reading.value();
            count++;
            silentWindows = 0;
        }

        void end(Instant now, List<Reading> passing) {
            double value = newest.counter() ? newest.value() : sum / count;
            boolean spread = !newest.counter() && least < greatest;
            count = 0;
            if (band.holds(passedValue, value) && now.isBefore(passedAt.plus(heartbeat))) return;
            passedValue = value;
            passedAt = now;
            var name = newest.name();
            passing.add(newest.named(name, value, newest.time()));
            if (!spread) return;
            passing.add(newest.named(name + "/min", least, newest.time()));
            passing.add(newest.named(name + "/max", greatest, newest.time()));
        }
    }
}
