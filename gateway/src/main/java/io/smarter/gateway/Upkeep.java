package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.linux.Cgroups;
import io.smarter.resources.Observations;
import io.smarter.resources.Readings;
import io.smarter.resources.Signal.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What keeps the node from running short, and tells what is used: wired here. */
final class Upkeep {
    private final Shortage shortage;
    private final ImageCollector images;
    private final UsageRequests requests;

    private Upkeep(Shortage shortage, ImageCollector images, UsageRequests requests) {
        this.shortage = shortage;
        this.images = images;
        this.requests = requests;
    }

    /**
     * That of a node.
     *
     * @param changed called when the node's conditions changed
     */
    static Upkeep of(GatewaySettings settings, PodPlaces pods, NodeEvents events, Runnable changed, InstantSource clock)
            throws IOException {
        var places = places(settings, pods);
        var groups = Cgroups.mounted();
        var readings = new Readings(places, groups, clock);
        var steady = SteadyClock.from(clock);
        var pressure = settings.limits().shortage();
        var images = new ImageCollector(
                pods.cri(), pods.pods(), places.images(), settings.limits().images(), events, steady);
        var observations = new Observations(places, groups, pressure.signals());
        var parts = new Shortage.Parts(pods, readings, observations, images, events, changed);
        var shortage = new Shortage(parts, pressure, steady);
        var requests = new UsageRequests(pods, readings, figures -> {
            shortage.addTo(figures);
            images.addTo(figures);
        });
        return new Upkeep(shortage, images, requests);
    }

    /** Images are where the runtime says, if that can be seen from here. */
    private static Readings.Places places(GatewaySettings settings, PodPlaces pods) throws IOException {
        var images = pods.cri().imageFsInfo().stream()
                .map(used -> Path.of(used.getFsId().getMountpoint()))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(settings.data());
        return new Readings.Places(settings.name(), settings.host().proc(), settings.data(), images);
    }

    Set<Condition> conditions() {
        return shortage.conditions();
    }

    @Nullable
    GivenUp refusal(Pod pod) {
        return shortage.refusal(pod);
    }

    UsageRequests requests() {
        return requests;
    }

    void watchShortage() throws InterruptedException {
        shortage.run();
    }

    void collectImages() throws InterruptedException {
        images.run();
    }
}
