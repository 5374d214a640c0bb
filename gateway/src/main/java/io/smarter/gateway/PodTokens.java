package io.smarter.gateway;

import io.smarter.api.Pod;
import io.smarter.client.ApiException;
import io.smarter.gateway.TokenSource.Wanted;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that one pod's volumes show: held in memory alone, asked for beside the pod's own thread, and asked for again
 * in time. One that can't be renewed stays. Safe for use by many threads.
 */
final class PodTokens {
    private static final System.Logger LOG = System.getLogger(PodTokens.class.getName());
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(2), Duration.ofMinutes(5));

    private final Cloud cloud;
    private final InstantSource clock;
    private final Runnable changed;
    private final Map<Wanted, Held> held = new HashMap<>();
    private final Map<Wanted, Failed> failed = new HashMap<>();
    private @Nullable Thread asking;

    private record Held(Token token, Instant renewAt) {}

    private record Failed(String why, Duration pause, Instant again) {}

    /** @param changed called when there are tokens that were not there before; not by the thread that asked for it */
    PodTokens(Cloud cloud, InstantSource clock, Runnable changed) {
        this.cloud = cloud;
        this.clock = clock;
        this.changed = changed;
    }

    /** A token; null when there is none yet. */
    synchronized @Nullable String find(Wanted wanted) {
        var there = held.get(wanted);
        return there == null ? null : there.token().text();
    }

    /** Why there is none. */
    synchronized String trouble(Wanted wanted) {
        var last = failed.get(wanted);
        return "failed to fetch token: " + (last == null ? "the cloud has not answered yet" : last.why());
    }

    /**
     * Takes the tokens that an agent before us showed and that are still there, as they are in memory.
     *
     * @param secrets the pod's folder in memory
     */
    synchronized void adopt(Pod pod, Path secrets) {
        for (var source : TokenSource.of(pod)) {
            var token = read(secrets.resolve(source.volume()).resolve(source.path()));
            if (token != null && !held.containsKey(source.wanted())) hold(source.wanted(), token);
        }
    }

    private static @Nullable Token read(Path file) {
        try {
            return Files.size(file) > Token.LONGEST
                    ? null
                    : Token.kept(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return null; // none was shown
        }
    }

    private void hold(Wanted wanted, Token token) {
        held.put(
                wanted,
                new Held(token, token.renewAt(ThreadLocalRandom.current().nextDouble())));
        failed.remove(wanted);
    }

    /** Asks for what is missing and what is due, unless that goes on. */
    synchronized void refresh(Pod pod) {
        if (asking != null) return;
        var now = clock.instant();
        var due = wanted(pod).stream()
                .filter(wanted -> !now.isBefore(dueAt(wanted)))
                .toList();
        if (due.isEmpty()) return;
        asking = Thread.ofVirtual().name("tokens of " + pod.key()).start(() -> ask(pod, due));
    }

    /** When there is something to ask for; null when nothing will be, or it is being asked for. */
    synchronized @Nullable Instant due(Pod pod) {
        if (asking != null) return null;
        return wanted(pod).stream().map(this::dueAt).min(Instant::compareTo).orElse(null);
    }

    /** Lets everything that failed be tried again now, as when the link came back. */
    synchronized void hurry() {
        failed.replaceAll((_, last) -> new Failed(last.why(), PAUSES.first(), Instant.EPOCH));
    }

    /** Waits until all have been asked for once, for a while. */
    void await(Duration longest) throws InterruptedException {
        Thread thread;
        synchronized (this) {
            thread = asking;
        }
        if (thread != null && !thread.join(longest))
            LOG.log(Level.DEBUG, "{0} not here within {1}", thread.getName(), longest);
    }

    private static List<Wanted> wanted(Pod pod) {
        return TokenSource.of(pod).stream().map(TokenSource::wanted).distinct().toList();
    }

    /** A clock that went back makes what was before look as if it came from the future: that is due. */
    private Instant dueAt(Wanted wanted) {
        var now = clock.instant();
        var last = failed.get(wanted);
        if (last != null) return last.again().minus(last.pause()).isAfter(now) ? Instant.EPOCH : last.again();
        var there = held.get(wanted);
        return there == null || there.token().since().isAfter(now) ? Instant.EPOCH : there.renewAt();
    }

    private void ask(Pod pod, List<Wanted> due) {
        boolean got = false;
        try {
            for (var wanted : due) got |= ask(pod, wanted);
        } finally {
            synchronized (this) {
                asking = null;
            }
        }
        if (got) changed.run();
    }

    private boolean ask(Pod pod, Wanted wanted) {
        try {
            var text = cloud.token(pod, wanted.request(pod));
            if (text.isEmpty() || text.length() > Token.LONGEST)
                throw new IOException("the cloud's answer holds no token");
            synchronized (this) {
                hold(wanted, Token.received(text, Duration.ofSeconds(wanted.seconds()), clock.instant()));
            }
            return true;
        } catch (IOException e) {
            fail(pod, wanted, e);
            return false;
        }
    }

    private synchronized void fail(Pod pod, Wanted wanted, IOException e) {
        var last = failed.get(wanted);
        var pause = PAUSES.after(last == null ? null : last.pause());
        var why = String.valueOf(e.getMessage());
        failed.put(wanted, new Failed(why, pause, clock.instant().plus(pause)));
        boolean refused = e instanceof ApiException;
        if (last == null)
            LOG.log(refused ? Level.WARNING : Level.DEBUG, "no token for pod {0} yet: {1}", pod.key(), why);
    }
}
