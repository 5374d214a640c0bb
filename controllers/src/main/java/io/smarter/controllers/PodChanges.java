package io.smarter.controllers;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ApiException;
import io.smarter.controllers.DaemonPlan.Step;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Creates and deletes pods of DaemonSets.
 *
 * <p>No duplicates: what is created is expected before it is asked for, so nothing is planned again until it was seen. When
 * the connection breaks while we ask, nobody knows whether the pod was made: then the next attempt for that node uses
 * the same name, and finds it taken if it was.
 */
final class PodChanges implements AutoCloseable {
    /** How many pods are changed at once, so that a mistake shows before it is everywhere. */
    private static final int BURST = 250;

    private static final Duration FIRST_REPLACEMENT = Duration.ofSeconds(1);
    private static final Duration LAST_REPLACEMENT = Duration.ofMinutes(15);

    private final ApiClient client;
    private final Cluster cluster;
    private final Expectations expectations;
    private final DaemonEvents events;
    private final InstantSource clock;
    private final Random random = new Random();
    private final Backoff replacements = new Backoff(FIRST_REPLACEMENT, LAST_REPLACEMENT);
    private final Map<String, Instant> notBefore = new ConcurrentHashMap<>();
    private final Map<String, String> doubtful = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    PodChanges(ApiClient client, Cluster cluster, Expectations expectations, InstantSource clock) {
        this.client = client;
        this.cluster = cluster;
        this.expectations = expectations;
        this.events = new DaemonEvents(client, clock);
        this.clock = clock;
    }

    /** Does what can be done now; says when the rest can. */
    @Nullable
    Duration perform(DaemonSet of, String hash, List<Step> steps) throws IOException, InterruptedException {
        var calls = new ArrayList<Callable<@Nullable Void>>();
        @Nullable Duration again = null;
        for (var step : steps) {
            if (calls.size() == BURST) break; // the events of these bring us back for the others
            switch (step) {
                case Step.Create(var node) -> calls.add(() -> create(of, node, hash));
                case Step.Delete delete -> calls.add(() -> delete(of, delete.pod()));
                case Step.Replace(var pod) -> {
                    var wait = untilReplacement(of, pod);
                    if (wait.isPositive()) again = DaemonSetController.earlier(again, wait);
                    else calls.add(() -> replace(of, pod));
                }
            }
        }
        run(calls);
        return again;
    }

    private void run(List<Callable<@Nullable Void>> calls) throws IOException, InterruptedException {
        @Nullable Throwable failed = null;
        for (var call : threads.invokeAll(calls)) {
            try {
                call.get();
            } catch (ExecutionException e) {
                failed = failed == null ? e.getCause() : failed;
            }
        }
        if (failed instanceof IOException io) throw io;
        if (failed != null) throw new IllegalStateException("a change of a pod failed", failed);
    }

    private @Nullable Void create(DaemonSet of, String node, String hash) throws IOException {
        var place = of.uid() + "/" + node;
        var retried = doubtful.remove(place);
        var name = retried != null ? retried : DaemonPods.name(of, random);
        var key = of.namespace() + "/" + name;
        expectations.expectThere(of.uid(), key);
        try {
            client.create(Resource.PODS, of.namespace(), DaemonPods.make(of, name, node, hash));
        } catch (ApiException e) {
            boolean made = e.conflict() && retried != null && cluster.get(Resource.PODS, key) == null;
            if (!made) expectations.giveUp(of.uid(), key);
            if (!e.conflict()) {
                if (!namespaceTerminates(e)) events.warning(of, "FailedCreate", "Error creating: " + e.getMessage());
                throw e;
            }
            if (!made) return null;
        } catch (IOException e) {
            doubtful.put(place, name);
            expectations.giveUp(of.uid(), key);
            throw e;
        }
        events.normal(of, "SuccessfulCreate", "Created pod: " + name);
        return null;
    }

    /** Then it is no news that nothing can be made. */
    private static boolean namespaceTerminates(ApiException e) {
        return e.status().items("details", "causes").stream()
                .anyMatch(cause -> cause.textOrEmpty("reason").equals("NamespaceTerminating"));
    }

    private @Nullable Void delete(DaemonSet of, DaemonPod pod) throws IOException {
        var key = of.namespace() + "/" + pod.name();
        expectations.expectGone(of.uid(), key);
        try {
            var options = Json.obj("preconditions", Json.obj("uid", pod.uid()));
            client.delete(Resource.PODS, of.namespace(), pod.name(), options);
        } catch (IOException e) {
            expectations.giveUp(of.uid(), key);
            if (e instanceof ApiException api && (api.notFound() || api.conflict())) return null;
            if (e instanceof ApiException) events.warning(of, "FailedDelete", "Error deleting: " + e.getMessage());
            throw e;
        }
        events.normal(of, "SuccessfulDelete", "Deleted pod: " + pod.name());
        return null;
    }

    private @Nullable Void replace(DaemonSet of, DaemonPod pod) throws IOException {
        var place = of.uid() + "/" + pod.node();
        notBefore.put(place, clock.instant().plus(replacements.failed(place)));
        var which = "daemon pod %s/%s on node %s".formatted(of.namespace(), pod.name(), pod.node());
        if (pod.failed()) events.warning(of, "FailedDaemonPod", "Found failed " + which + ", will try to kill it");
        else events.normal(of, "SucceededDaemonPod", "Found succeeded " + which + ", will try to delete it");
        return delete(of, pod);
    }

    private Duration untilReplacement(DaemonSet of, DaemonPod pod) {
        var place = of.uid() + "/" + pod.node();
        var at = notBefore.get(place);
        if (at == null) return Duration.ZERO;
        var wait = Duration.between(clock.instant(), at);
        if (wait.plus(LAST_REPLACEMENT.multipliedBy(2)).isNegative()) replacements.succeeded(place);
        return wait;
    }

    @Override
    public void close() {
        events.close();
        threads.shutdownNow();
        threads.close();
    }
}
