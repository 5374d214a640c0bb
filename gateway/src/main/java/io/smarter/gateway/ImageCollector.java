package io.smarter.gateway;

import io.smarter.cri.CriClient;
import io.smarter.cri.v1.ContainerFilter;
import io.smarter.linux.DiskSpace;
import io.smarter.resources.Exposition;
import io.smarter.resources.Exposition.Kind;
import io.smarter.resources.ImageGarbage;
import io.smarter.resources.ImageGarbage.Image;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes images that nothing uses when their disk fills. Used is what a container was made from, or a pod that is bound
 * to this node wants: without a link nobody could pull it again. Safe for use by many threads.
 */
final class ImageCollector {
    private static final System.Logger LOG = System.getLogger(ImageCollector.class.getName());
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration PERIOD = Duration.ofMinutes(5);

    private final CriClient cri;
    private final Pods pods;
    private final Path disk;
    private final ImageGarbage.Settings settings;
    private final NodeEvents events;
    private final InstantSource clock;
    private final ImageGarbage garbage = new ImageGarbage();
    private long deleted;

    /** Collects images of a runtime, which are on the disk of a path. */
    ImageCollector(
            CriClient cri,
            Pods pods,
            Path disk,
            ImageGarbage.Settings settings,
            NodeEvents events,
            InstantSource clock) {
        this.cri = cri;
        this.pods = pods;
        this.disk = disk;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
    }

    /** Looks every five minutes until it is interrupted. */
    void run() throws InterruptedException {
        boolean failed = false;
        Thread.sleep(FIRST);
        while (true) {
            var trouble = collect();
            if (failed && !trouble.isEmpty()) events.record(EventLog.Kind.WARNING, "ImageGCFailed", trouble);
            failed = !trouble.isEmpty();
            Thread.sleep(PERIOD);
        }
    }

    /** Deletes images if their disk is full above the threshold; says why that was not enough, or nothing. */
    String collect() {
        try {
            var space = DiskSpace.bytesOf(disk);
            long excess = settings.excess(space.capacity(), space.available());
            long freed = free(excess);
            if (freed >= excess) return "";
            var message = "Failed to garbage collect required amount of images. "
                    + "Attempted to free %d bytes, but only found %d bytes eligible to free.".formatted(excess, freed);
            events.record(EventLog.Kind.WARNING, "FreeDiskSpaceFailed", message);
            return message;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "images not collected: {0}", e.getMessage());
            return CriRuntime.message(e);
        }
    }

    /** Deletes as many images as that many bytes take, if so many are not used; gives how many bytes it was. */
    synchronized long free(long bytes) throws IOException {
        var now = clock.instant();
        var used = used();
        var there = new ArrayList<Image>();
        var wanted = wanted();
        for (var image : cri.listImages()) {
            boolean named = image.getRepoTagsList().stream().anyMatch(wanted::contains)
                    || image.getRepoDigestsList().stream().anyMatch(wanted::contains);
            if (named) used.add(image.getId());
            boolean kept = image.getPinned() || image.getRepoTagsList().contains(SandboxImage.NAME);
            there.add(new Image(image.getId(), image.getSize(), kept));
        }
        garbage.look(there, used, now);
        long freed = 0;
        for (var image : bytes <= 0 ? List.<Image>of() : garbage.toDelete(there, bytes, settings.leastAge(), now)) {
            cri.removeImage(image.id());
            LOG.log(Level.INFO, "image {0} deleted, {1} bytes", image.id(), image.size());
            freed += image.size();
            deleted++;
        }
        return freed;
    }

    private Set<String> used() throws IOException {
        var used = new HashSet<String>();
        for (var container : cri.listContainers(ContainerFilter.getDefaultInstance())) {
            used.add(container.getImageRef());
            used.add(container.getImage().getImage());
        }
        return used;
    }

    /** The names of the images of pods that are not over. */
    private Set<String> wanted() {
        var wanted = new HashSet<String>();
        for (var worker : pods.all()) {
            if (Plan.isOver(worker.pod())) continue;
            worker.pod().containersOfAllKinds().forEach(container -> wanted.addAll(ImageNames.of(container.image())));
        }
        return wanted;
    }

    synchronized void addTo(Exposition figures) {
        figures.add(Kind.COUNTER, "kubelet_image_garbage_collected_total", deleted, "reason", "space");
    }
}
