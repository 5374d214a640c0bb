package io.smarter.controllers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How long to wait before something is tried again: twice as long each time. Safe for use by many threads. */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final Map<String, Integer> failures = new HashMap<>();

    Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** Counts one more failure and says how long to wait now. */
    synchronized Duration failed(String key) {
        int before = failures.merge(key, 1, Integer::sum) - 1;
        var wait = first.multipliedBy(1L << Math.min(before, 30));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }

    /** How often it failed in a row. */
    synchronized int failures(String key) {
        return failures.getOrDefault(key, 0);
    }

    synchronized void succeeded(String key) {
        failures.remove(key);
    }
}
