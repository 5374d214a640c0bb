package io.smarter.bench;

import io.smarter.api.Resource;
import io.smarter.client.ApiClient;
import io.smarter.client.ListOptions;
import io.smarter.client.Watch;
import io.smarter.json.Json;
import java.io.IOException;
import java.time.Duration;

/** Sees the bench's pods come and go, by the label {@code app}. */
final class PodWatch implements AutoCloseable {
    private final ApiClient api;
    private final Thread thread;
    /** Pods' uids, when the API told of them first. */
    private final Arrivals<String> seen = new Arrivals<>();
    /** Pods' uids, when the API told that all of their containers run. */
    private final Arrivals<String> running = new Arrivals<>();
    /** Pods' uids, when they were removed. */
    private final Arrivals<String> gone = new Arrivals<>();

    PodWatch(ApiClient api) {
        this.api = api;
        this.thread = Thread.ofVirtual().name("pods").start(this::run);
    }

    Arrivals<String> seen() {
        return seen;
    }

    Arrivals<String> running() {
        return running;
    }

    Arrivals<String> gone() {
        return gone;
    }

    private void run() {
        try {
            var listing = api.list(Resource.PODS, Application.NAMESPACE, ListOptions.ALL);
            var revision = listing.resourceVersion();
            while (!Thread.currentThread().isInterrupted()) {
                try (var watch = api.watch(
                        Resource.PODS, Application.NAMESPACE, ListOptions.ALL, revision, Duration.ofMinutes(5))) {
                    revision = tell(watch, revision);
                }
            }
        } catch (IOException e) {
            seen.fail(e);
            running.fail(e);
            gone.fail(e);
        }
    }

    private String tell(Watch watch, String revision) throws IOException {
        var last = revision;
        for (Watch.Event event; (event = watch.next()) != null; ) {
            var app = event.object().textOrEmpty("metadata", "labels", "app");
            var uid = event.object().textOrEmpty("metadata", "uid");
            switch (event.type()) {
                case ADDED -> seen.arrive(app, uid);
                case DELETED -> gone.arrive(app, uid);
                case ERROR ->
                    throw new IOException("watch of pods: " + event.object().textOrEmpty("message"));
                case MODIFIED -> {
                    if (runs(event.object())) running.arrive(app, uid);
                }
                case BOOKMARK -> {}
            }
            last = event.object().textOrEmpty("metadata", "resourceVersion");
        }
        return last;
    }

    private static boolean runs(Json.Obj pod) {
        var containers = pod.items("status", "containerStatuses");
        return !containers.isEmpty()
                && containers.stream()
                        .allMatch(container -> !container
                                .textOrEmpty("state", "running", "startedAt")
                                .isEmpty());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
