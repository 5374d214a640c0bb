package io.smarter.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The demo's three programs, one of which runs in each container.
 *
 * <pre>
 *   sensor                samples this machine
 *   filter                reduces what the sensor tells
 *   uplink                sends what the filter passes to the cloud
 *   uplink once NAME      sends one reading of that name at once, then waits to be stopped
 *   train                 runs all three in one process until they have sent something, for a class data archive
 * </pre>
 *
 * Environment: {@code NODE_NAME} the gateway's name; {@code DEMO_RUN} the folder of the sockets (/run/smarter-demo);
 * {@code DEMO_INTAKE} the folder with {@code url}, {@code ca.crt} and {@code token} (/etc/intake); {@code
 * DEMO_INTERVAL_MS} how often the sensor samples (1000); {@code DEMO_WINDOW_MS} how long the filter gathers (5000);
 * {@code DEMO_HEARTBEAT_MS} after which time it passes even what did not change (60000).
 */
public final class Demo {
    private static final int UPLINK_BUFFER = 2 << 20;

    private final String node;
    private final Path run;
    private final Path intake;
    private final Duration interval;
    private final Duration window;
    private final Duration heartbeat;

    Demo(Map<String, String> environment) {
        node = environment.getOrDefault("NODE_NAME", "");
        if (node.isEmpty()) throw new IllegalArgumentException("NODE_NAME: must be the gateway's name, was missing");
        run = Path.of(environment.getOrDefault("DEMO_RUN", "/run/smarter-demo"));
        intake = Path.of(environment.getOrDefault("DEMO_INTAKE", "/etc/intake"));
        interval = millis(environment, "DEMO_INTERVAL_MS", 1000);
        window = millis(environment, "DEMO_WINDOW_MS", 5000);
        heartbeat = millis(environment, "DEMO_HEARTBEAT_MS", 60_000);
    }

    /** Starts one of the programs; ends with status 0 when it is asked to stop, 1 when it cannot go on. */
    public static void main(String[] arguments) {
        int status = 1;
        try {
            if (List.of(arguments).equals(List.of("train"))) Training.run();
            else serve(List.of(arguments));
            status = 0;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            status = 2;
        } catch (IOException e) {
            System.err.println(e);
        } catch (InterruptedException e) {
            status = 0;
        }
        Runtime.getRuntime().halt(status);
    }

    private static void serve(List<String> arguments) throws IOException, InterruptedException {
        var demo = new Demo(System.getenv());
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        demo.run(arguments);
    }

    void run(List<String> arguments) throws IOException, InterruptedException {
        switch (String.join(" ", arguments)) {
            case "sensor" -> sensor();
            case "filter" -> filter();
            case "uplink" -> uplink();
            default -> {
                if (arguments.size() != 3 || !arguments.subList(0, 2).equals(List.of("uplink", "once")))
                    throw new IllegalArgumentException(
                            "usage: sensor | filter | uplink | uplink once NAME | train; was: "
                                    + String.join(" ", arguments));
                once(arguments.get(2));
            }
        }
    }

    private void sensor() throws InterruptedException {
        var sensor = new Sensor(Path.of("/"), node);
        var outlet = start(new Outlet(run.resolve("filter.sock")));
        say("sampling every " + interval.toMillis() + " ms");
        for (long due = System.nanoTime(); ; due = Math.max(due + interval.toNanos(), System.nanoTime())) {
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            for (var reading : sensor.sample(Instant.now().truncatedTo(ChronoUnit.MILLIS)))
                outlet.send(reading.innerLine());
        }
    }

    private void filter() throws IOException, InterruptedException {
        var reducer = new Reducer(heartbeat);
        var outlet = start(new Outlet(run.resolve("uplink.sock")));
        var inlet = Inlet.listen(run.resolve("filter.sock"), line -> {
            var reading = Reading.parse(line);
            if (reading != null) reducer.add(reading).forEach(passing -> outlet.send(passing.line()));
        });
        daemon("window", () -> {
            while (true) {
                Thread.sleep(window);
                reducer.endWindow(Instant.now()).forEach(passing -> outlet.send(passing.line()));
            }
        });
        say("windows of " + window.toMillis() + " ms");
        inlet.run();
    }

    private void uplink() throws IOException, InterruptedException {
        var waiting = new LineBuffer(UPLINK_BUFFER);
        var inlet = Inlet.listen(run.resolve("uplink.sock"), waiting::add);
        daemon("uplink", new Uplink(intake, waiting)::run);
        inlet.run();
    }

    private void once(String name) throws InterruptedException {
        var reading = new Reading(node, name, 1, "1", Instant.now().truncatedTo(ChronoUnit.MILLIS), false);
        new Uplink(intake, new LineBuffer(UPLINK_BUFFER)).send(List.of(reading.line()));
        while (true) LockSupport.park();
    }

    private static Outlet start(Outlet outlet) {
        daemon("outlet", outlet::run);
        return outlet;
    }

    /** What runs until it is interrupted. */
    private interface Loop {
        void run() throws InterruptedException;
    }

    /** A thread whose end is the program's end: the runtime starts it again. */
    private static void daemon(String name, Loop loop) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                System.err.println(name + ": " + e);
            }
            Runtime.getRuntime().halt(1);
        });
    }

    private static Duration millis(Map<String, String> environment, String name, long fallback) {
        var text = environment.getOrDefault(name, Long.toString(fallback));
        try {
            long millis = Long.parseLong(text);
            if (millis >= 10 && millis <= 3_600_000) return Duration.ofMillis(millis);
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("%s: must be 10 to 3600000 milliseconds, was %s".formatted(name, text));
    }

    /** One line of the container's log. Its callers concatenate: formatting would load the locale data, 10 MB of it. */
    static void say(String line) {
        System.out.println(line);
    }
}
