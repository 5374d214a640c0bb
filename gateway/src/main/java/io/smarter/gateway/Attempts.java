package io.smarter.gateway;

import io.smarter.gateway.Memory.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was tried for one pod, what goes on, and when to try again. Guarded by its own lock. */
final class Attempts {
    private static final Pauses SANDBOX = new Pauses(Duration.ofMillis(250), Duration.ofSeconds(16));
    private static final Pauses OTHERS = new Pauses(Duration.ofSeconds(2), Duration.ofSeconds(16));
    private static final String NO_CONFIG = "CreateContainerConfigError";
    private static final String NO_IMAGE = "ErrImagePull";

    private final Map<String, Failure> failures = new HashMap<>();
    private final Map<String, Duration> pauses = new HashMap<>();
    private final Map<String, BackOff> crashes = new HashMap<>();
    private final Map<String, BackOff> pulls = new HashMap<>();
    private final Set<String> starting = new HashSet<>();
    private final Set<String> stopping = new HashSet<>();
    private final Map<String, Integer> begun = new HashMap<>();
    private int hurries;
    private final Set<String> making = new HashSet<>();
    private boolean ended;

    /** All of it at this moment. */
    synchronized Memory memory() {
        return new Memory(
                Map.copyOf(failures), Map.copyOf(crashes), Set.copyOf(starting), Set.copyOf(stopping), Map.of(), false);
    }

    /** Notes that a container is being started that, unless it is the first of its name, ended at {@code before}. */
    synchronized void starting(String name, Observed.@Nullable Instance before, Instant now) {
        if (before != null && before.state() instanceof Observed.State.Exited exit)
            crashes.put(name, BackOff.next(crashes.get(name), exit.finished(), now));
        begun.put(name, hurries);
        starting.add(name);
    }

    synchronized void started(String name) {
        starting.remove(name);
        making.remove(name);
    }

    /** Notes that a start begins to leave traces on the machine; false if it may not, since the pod ends. */
    synchronized boolean make(String name) {
        return !ended && making.add(name);
    }

    /** Notes that a start leaves no more traces, whatever else it does. */
    synchronized void made(String name) {
        making.remove(name);
    }

    /** Lets no more traces be left; false while some still are. */
    synchronized boolean end() {
        ended = true;
        return making.isEmpty();
    }

    /** Notes that a container is being stopped; false if it was already. */
    synchronized boolean stopping(String id) {
        return stopping.add(id);
    }

    synchronized void stopped(String id) {
        stopping.remove(id);
    }

    /** Lets what is being stopped be stopped again, sooner. */
    synchronized void stopAgain() {
        stopping.clear();
    }

    /**
     * Notes that something failed: it is tried again after two seconds, then four, up to sixteen; a sandbox after a quarter of one at
     * first, as after a boot the pods' network may be just about to come; at once when what it may have lacked came meanwhile.
     */
    synchronized void failed(String name, String reason, String message, Instant now) {
        var pause = (name.equals(Memory.SANDBOX) ? SANDBOX : OTHERS).after(pauses.get(name));
        pauses.put(name, pause);
        boolean hurried = begun.getOrDefault(name, hurries) != hurries;
        var wait = hurried ? Duration.ZERO : pause;
        failures.put(name, new Failure(reason, message, now, now.plus(wait)));
    }

    /** Whether something failed for want of a ConfigMap or Secret. */
    synchronized boolean lackConfig() {
        return failures.values().stream().anyMatch(failure -> failure.reason().equals(NO_CONFIG));
    }

    /** Lets all that failed be tried again now, but for pulls. */
    synchronized void hurry(Instant now) {
        hurries++;
        pauses.clear();
        failures.replaceAll((name, failure) -> failure.reason().equals(NO_IMAGE)
                ? failure
                : new Failure(failure.reason(), failure.message(), failure.at(), now));
    }

    /** Notes that an image could not be pulled. */
    synchronized void failedPull(String name, String message, Instant now) {
        var backOff = BackOff.next(pulls.get(name), now, now);
        pulls.put(name, backOff);
        failures.put(name, new Failure(NO_IMAGE, message, now, now.plus(backOff.delay())));
    }

    /** Notes that something went well. */
    synchronized void succeeded(String name) {
        failures.remove(name);
        pauses.remove(name);
        pulls.remove(name);
    }
}
