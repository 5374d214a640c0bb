package io.smarter.devices;

import io.smarter.devices.DeviceScan.Entry;
import io.smarter.devices.Found.Kind;
import io.smarter.linux.DeviceQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out whether devices answer, each by what its class can be asked without an effect; of the others it is only seen that
 * their file is there and has their number. One that does not come back holds up nobody for longer than it may: its thread is
 * left behind, and no second one joins it. May be used by many threads.
 */
final class Probe {
    private static final int MOST_LINKS = 40;

    private final Path dev;
    private final Duration patience;
    private final Asker asker;
    private final Map<Entry.Device, Asking> asked = new ConcurrentHashMap<>();

    /** What came of it. */
    sealed interface Outcome {
        record Answers() implements Outcome {}

        record Fails(String why) implements Outcome {}
    }

    /** Asks a device, for however long that takes. */
    @FunctionalInterface
    interface Asker {
        void ask(DeviceQuestion question, Path file, Found.DeviceNumber number) throws IOException;
    }

    private record Asking(FutureTask<Outcome> answer, long since) {}

    /**
     * Asks nothing yet.
     *
     * @param dev where the node's {@code /dev} is mounted
     * @param patience how long a device may take
     */
    Probe(Path dev, Duration patience) {
        this(dev, patience, (question, file, number) -> question.ask(file, number.major(), number.minor()));
    }

    /** The same with another way to ask. */
    Probe(Path dev, Duration patience, Asker asker) {
        this.dev = dev;
        this.patience = patience;
        this.asker = asker;
    }

    /**
     * Looks at a device, a folder, or what a link leads to.
     *
     * @param deep whether serial ports are opened, too, which resets some boards that hang on one
     */
    Outcome check(Found found, boolean deep) {
        try {
            var path = target(found.path());
            if (path.isEmpty()) return new Outcome.Fails(found.path() + " leads nowhere");
            var file = dev.resolve(path);
            var entry = DeviceScan.stat(file);
            if (found.kind() == Kind.FOLDER || found.number() == null)
                return entry instanceof Entry.Folder
                        ? new Outcome.Answers()
                        : new Outcome.Fails(path + " is no folder");
            if (!(entry instanceof Entry.Device device)) return new Outcome.Fails(path + " is no device file");
            if (!device.number().equals(found.number()) || isOtherKind(found, device))
                return new Outcome.Fails("%s is %s by now, was %s".formatted(path, device.number(), found.number()));
            var question = question(found, path, deep);
            return question.isEmpty() ? new Outcome.Answers() : ask(question.get(), file, device);
        } catch (IOException e) {
            return new Outcome.Fails("%s is not there: %s".formatted(found.path(), e.getMessage()));
        }
    }

    private static boolean isOtherKind(Found found, Entry.Device device) {
        return found.kind() != Kind.LINK && device.block() != (found.kind() == Kind.BLOCK);
    }

    /** What its class can be asked; nothing where an answer would take an effect. */
    static Optional<DeviceQuestion> question(Found found, String path, boolean deep) {
        return switch (found.subsystem()) {
            case "video4linux" ->
                path.startsWith("video") ? Optional.of(DeviceQuestion.VIDEO_CAPABILITIES) : Optional.empty();
            case "gpio" -> path.startsWith("gpiochip") ? Optional.of(DeviceQuestion.GPIO_CHIP) : Optional.empty();
            case "i2c-dev" -> Optional.of(DeviceQuestion.I2C_FUNCTIONS);
            case "hidraw" -> Optional.of(DeviceQuestion.HID_INFO);
            case "tty" -> deep ? Optional.of(DeviceQuestion.TERMINAL_SETTINGS) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** The path below {@code /dev} behind all links, each of which is read; empty when it leads out. */
    private String target(String path) throws IOException {
        var texts = new HashMap<String, String>();
        var at = path;
        for (int i = 0; i < MOST_LINKS && !at.isEmpty(); i++) {
            var link = firstLink(at);
            if (link.isEmpty()) return at;
            texts.put(link, Files.readSymbolicLink(dev.resolve(link)).toString());
            at = DevLinks.resolve(path, texts);
        }
        return "";
    }

    private String firstLink(String path) {
        for (int end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
            if (Files.isSymbolicLink(dev.resolve(path.substring(0, end)))) return path.substring(0, end);
        return Files.isSymbolicLink(dev.resolve(path)) ? path : "";
    }

    private Outcome ask(DeviceQuestion question, Path file, Entry.Device device) {
        var mine = new Asking(new FutureTask<>(() -> answer(question, file, device)), System.nanoTime());
        var other = asked.putIfAbsent(device, mine);
        if (other == null)
            Thread.ofPlatform().daemon().name("probe " + file.getFileName()).start(() -> {
                mine.answer().run();
                asked.remove(device, mine);
            });
        return await(other == null ? mine : other, file);
    }

    private Outcome answer(DeviceQuestion question, Path file, Entry.Device device) {
        try {
            asker.ask(question, file, device.number());
            return new Outcome.Answers();
        } catch (IOException e) {
            return new Outcome.Fails(String.valueOf(e.getMessage()));
        }
    }

    private Outcome await(Asking asking, Path file) {
        long left = patience.toNanos() - (System.nanoTime() - asking.since());
        try {
            return asking.answer().get(Math.max(left, 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new Outcome.Fails("%s has not answered for %d ms".formatted(file, patience.toMillis()));
        } catch (ExecutionException e) {
            throw new IllegalStateException(file + " can't be asked", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Outcome.Fails("interrupted while %s was asked".formatted(file));
        }
    }
}
