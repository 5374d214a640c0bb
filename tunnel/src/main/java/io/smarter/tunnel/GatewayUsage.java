package io.smarter.tunnel;

import static java.lang.System.Logger.Level.DEBUG;

import io.smarter.http.Headers;
import io.smarter.json.Json;
import io.smarter.json.JsonException;
import io.smarter.requests.RefusedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What gateways say that they use, asked for through their tunnels when somebody wants to know and remembered for a
 * moment: those who ask at the same time wait for the same answer. Safe for use by many threads.
 */
public final class GatewayUsage {
    private static final System.Logger LOG = System.getLogger("io.smarter.tunnel");
    private static final String PATH = "/stats/summary?only_cpu_and_memory=true";
    private static final int LONGEST = 4 << 20;
    private static final int AT_A_TIME = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private final Tunnels tunnels;
    private final Clock clock;
    private final Semaphore permits = new Semaphore(AT_A_TIME);
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /**
     * One question.
     *
     * @param summary completes with what the gateway said, or null when it did not
     */
    private record Answer(Instant asked, CompletableFuture<Json.@Nullable Obj> summary) {}

    /** What the gateways of some tunnels say. */
    public GatewayUsage(Tunnels tunnels, Clock clock) {
        this.tunnels = tunnels;
        this.clock = clock;
    }

    /** The summaries of those nodes that are connected and answer in time, by node. */
    public Map<String, Json.Obj> of(Collection<String> nodes) throws InterruptedException {
        var asked = new ArrayList<Map.Entry<String, Answer>>();
        answers.values().removeIf(answer -> isOld(answer));
        var connected = tunnels.connected();
        for (var node : nodes)
            if (connected.contains(node)) asked.add(Map.entry(node, answers.computeIfAbsent(node, this::ask)));
        long end = System.nanoTime() + PATIENCE.toNanos();
        var summaries = new HashMap<String, Json.Obj>();
        for (var one : asked) {
            var summary = await(one.getValue(), end - System.nanoTime());
            if (summary != null) summaries.put(one.getKey(), summary);
        }
        return summaries;
    }

    private boolean isOld(Answer answer) {
        return answer.asked.plus(REMEMBERED).isBefore(clock.instant());
    }

    private static Json.@Nullable Obj await(Answer answer, long nanos) throws InterruptedException {
        try {
            return answer.summary.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return null;
        }
    }

    private Answer ask(String node) {
        var summary = new CompletableFuture<Json.@Nullable Obj>();
        Thread.ofVirtual().name("usage of " + node).start(() -> {
            try {
                permits.acquire();
                try {
                    summary.complete(summary(node));
                } finally {
                    permits.release();
                }
            } catch (RefusedException | IOException | JsonException e) {
                LOG.log(DEBUG, "gateway does not say what it uses {node=%s}: %s".formatted(node, e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                summary.complete(null);
            }
        });
        return new Answer(clock.instant(), summary);
    }

    private Json.@Nullable Obj summary(String node) throws RefusedException, IOException {
        try (var stream = tunnels.open(node, "GET", PATH, new Headers(), true)) {
            if (stream.status(PATIENCE) != 200) return null;
            return Json.parse(stream.body(LONGEST)) instanceof Json.Obj object ? object : null;
        }
    }
}
