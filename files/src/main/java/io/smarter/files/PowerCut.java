package io.smarter.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The points at which a power cut may leave something half done: after each write, sync, rename, mount, and call of the
 * runtime, and in the middle of such a call. They are numbered as they come. {@code -Dsmarter.cut.at=N} ends the process
 * at the Nth of them as a power cut would, {@code -Dsmarter.cut.trace=FILE} writes a line for each, and {@link #watch} tells
 * a test in the same process. While none of these is asked for, passing a point costs nothing. Safe for use by many threads.
 */
public final class PowerCut {
    private static final int AT = Integer.getInteger("smarter.cut.at", 0);
    private static final @Nullable String TRACE = System.getProperty("smarter.cut.trace");
    private static final boolean NEVER = AT == 0 && TRACE == null;
    private static final int STATUS = 137;
    private static final long MIDDLE_MILLIS = 15;

    private static final List<Consumer<String>> WATCHERS = new CopyOnWriteArrayList<>();

    private static int passed;

    private PowerCut() {}

    /** Passes the point after something was done to an object, such as a file. */
    public static void after(String done, Object object) {
        if (isIdle() || !isHere(done + " " + object)) return;
        Runtime.getRuntime().halt(STATUS);
    }

    /** Passes the point in the middle of what is about to be done: a moment after this returns. */
    public static void amid(String doing, Object object) {
        if (isIdle() || !isHere("amid " + doing + " " + object)) return;
        Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(MIDDLE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(STATUS);
        });
    }

    /** Something that ends without an error. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Tells of each point that this process passes, such as {@code sync /a/file}, until what it gives is closed. */
    public static Watch watch(Consumer<String> points) {
        WATCHERS.add(points);
        return () -> WATCHERS.remove(points);
    }

    private static boolean isIdle() {
        return NEVER && WATCHERS.isEmpty();
    }

    private static synchronized boolean isHere(String point) {
        passed++;
        for (var watcher : WATCHERS) watcher.accept(point);
        if (TRACE != null) write(Path.of(TRACE), "%d %s%n".formatted(passed, point));
        return passed == AT;
    }

    private static void write(Path trace, String line) {
        try {
            Files.writeString(trace, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("smarter.cut.trace: " + trace, e);
        }
    }
}
