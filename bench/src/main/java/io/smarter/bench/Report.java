package io.smarter.bench;

import io.smarter.json.Json;
import io.smarter.linux.Processes;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What was measured. */
final class Report {
    private final Map<Case, List<Timeline>> timelines = new EnumMap<>(Case.class);
    private final List<BareCalls.Times> bare = new ArrayList<>();
    private final Map<String, Long> memory = new LinkedHashMap<>();

    void add(Case which, Timeline timeline) {
        timelines.computeIfAbsent(which, _ -> new ArrayList<>()).add(timeline);
    }

    void addBare(BareCalls.Times times) {
        bare.add(times);
    }

    /** Reads the resident memory of processes; one that is gone is left out. */
    void readMemory(Map<String, Long> processes) {
        processes.forEach((name, pid) -> {
            try {
                long resident = Processes.residentBytes(pid);
                if (resident > 0) memory.put(name, resident);
            } catch (IOException e) {
                // left out
            }
        });
    }

    /** p50 of what lies between the request and the running process, beyond the same calls made bare. */
    Duration ownShare() {
        var started = percentiles(Case.IF_NOT_PRESENT, timeline -> timeline.until(Stage.START));
        return started.p50().minus(bare(BareCalls.Times::sum).p50());
    }

    private Percentiles bare(Function<BareCalls.Times, Duration> measure) {
        return Percentiles.of(bare.stream().map(measure).toList());
    }

    private Percentiles percentiles(Case which, Function<Timeline, Duration> measure) {
        return Percentiles.of(
                timelines.getOrDefault(which, List.of()).stream().map(measure).toList());
    }

    void print(PrintStream out) {
        for (var which : timelines.keySet()) {
            out.printf(
                    "%n%s, %d runs%n",
                    which.title(), timelines.getOrDefault(which, List.of()).size());
            out.printf("  %-18s %8s %8s %8s  ms%n", "stage", "p50", "p90", "p99");
            for (var stage : Stage.values())
                row(out, stage.title(), percentiles(which, timeline -> part(timeline, stage)));
            row(out, "process started", percentiles(which, timeline -> timeline.until(Stage.START)));
            row(out, "total", percentiles(which, timeline -> timeline.until(Stage.DATUM)));
        }
        out.printf("%nThe same calls to the runtime made bare, %d runs among those of IfNotPresent%n", bare.size());
        row(out, "sandbox", bare(BareCalls.Times::sandbox));
        row(out, "container", bare(BareCalls.Times::container));
        row(out, "start", bare(BareCalls.Times::start));
        row(out, "process started", bare(BareCalls.Times::sum));
        out.printf("%nOur own share of IfNotPresent until the process started: %s ms (p50)%n", millis(ownShare()));
        out.printf("%nResident memory%n");
        memory.forEach((name, bytes) -> out.printf("  %-18s %8.1f  MiB%n", name, bytes / 1048576.0));
    }

    private static void row(PrintStream out, String title, Percentiles values) {
        out.printf("  %-18s %8s %8s %8s%n", title, millis(values.p50()), millis(values.p90()), millis(values.p99()));
    }

    Json.Obj json() {
        var cases = new LinkedHashMap<String, Json>();
        for (var which : timelines.keySet()) {
            var stages = new LinkedHashMap<String, Json>();
            for (var stage : Stage.values())
                stages.put(stage.title(), json(percentiles(which, timeline -> part(timeline, stage))));
            cases.put(
                    which.title(),
                    Json.obj(
                            "runs", timelines.getOrDefault(which, List.of()).size(),
                            "stages", stages,
                            "started", json(percentiles(which, timeline -> timeline.until(Stage.START))),
                            "total", json(percentiles(which, timeline -> timeline.until(Stage.DATUM)))));
        }
        return Json.obj(
                "unit",
                "ms",
                "cases",
                cases,
                "bare",
                Json.obj(
                        "sandbox", json(bare(BareCalls.Times::sandbox)),
                        "container", json(bare(BareCalls.Times::container)),
                        "start", json(bare(BareCalls.Times::start)),
                        "started", json(bare(BareCalls.Times::sum))),
                "ownShareP50",
                Json.from(ms(ownShare())),
                "rssBytes",
                memory);
    }

    private static Duration part(Timeline timeline, Stage stage) {
        return timeline.parts().getOrDefault(stage, Duration.ZERO);
    }

    private static Json.Obj json(Percentiles values) {
        return Json.obj("p50", ms(values.p50()), "p90", ms(values.p90()), "p99", ms(values.p99()));
    }

    private static double ms(Duration duration) {
        return Math.round(duration.toNanos() / 1e5) / 10.0;
    }

    private static String millis(Duration duration) {
        return "%.1f".formatted(duration.toNanos() / 1e6);
    }
}
