package io.smarter.gateway;

import io.smarter.api.Container;
import io.smarter.gateway.Observed.Instance;
import io.smarter.gateway.Observed.State;
import io.smarter.json.Json;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why one container of a pod runs or does not.
 *
 * @param kind init, sidecar, main or ephemeral
 * @param turn whether all that has to come before it is there
 */
record WhyContainer(Why why, Container container, String kind, boolean turn) {
    static final String EPHEMERAL = "ephemeral";
    private static final String SANDBOX = "the pod's sandbox";

    String name() {
        return container.name();
    }

    private @Nullable Instance instance() {
        return why.seen().newest(name());
    }

    boolean runs() {
        var instance = instance();
        return instance != null && instance.isRunning();
    }

    /** Whether it is as it should be. */
    boolean fine() {
        var instance = instance();
        if (instance == null) return false;
        if (isEphemeral()) return instance.isRunning() || instance.isExited();
        if (instance.isRunning()) {
            var health = why.memory().healthOf(instance);
            boolean waited = !kind.equals("init") && !why.memory().stopping().contains(instance.id());
            return waited && health.started() && health.ready();
        }
        return instance.state() instanceof State.Exited exit
                && exit.code() == 0
                && (kind.equals("init") || !Restarts.follow(why.pod(), container, 0));
    }

    /** Runs once, whatever becomes of it. */
    private boolean isEphemeral() {
        return kind.equals(EPHEMERAL);
    }

    /** What it does or waits for, as the rest of a sentence that its name begins. */
    String text() {
        var instance = instance();
        if (instance != null && instance.isRunning()) return running(instance);
        var failure = why.memory().failures().get(name());
        if (failure != null) return failed(failure);
        if (why.memory().starting().contains(name())) return "is being started" + doing();
        if (!turn) return "waits for " + (isEphemeral() ? SANDBOX : before());
        if (instance != null && instance.state() instanceof State.Exited exit) return ended(instance, exit);
        var wait = isEphemeral() ? why.plan().waiting().get(name()) : null;
        return wait == null ? "is about to be started" : "is not started: " + wait.message();
    }

    private String running(Instance instance) {
        var since = ((State.Running) instance.state()).since();
        var health = why.memory().healthOf(instance);
        if (why.memory().stopping().contains(instance.id())) return "is being stopped" + because("Killing");
        if (kind.equals("init"))
            return "runs since %s and has to end before the others start".formatted(PodStatus.time(since));
        if (!health.alive()) return "is about to be restarted" + because("Unhealthy");
        if (!health.started()) return "has not passed its startup probe" + because("Unhealthy");
        if (!health.ready()) return "has not passed its readiness probe" + because("Unhealthy");
        var restarts = instance.restarts() == 0 ? "" : ", restarted %s".formatted(times(instance.restarts()));
        return "runs since %s%s".formatted(PodStatus.time(since), restarts);
    }

    private String because(String reason) {
        var entry = why.last(name(), reason);
        if (entry == null) return "";
        var count = entry.count() == 1 ? "" : ", %s in a row".formatted(times(entry.count()));
        return ": %s (%s%s)".formatted(entry.message(), PodStatus.time(entry.at()), count);
    }

    private String doing() {
        var entry = why.last(name(), "Pulling", "Pulled", "Created", "Started");
        return entry != null && entry.reason().equals("Pulling") ? ": " + entry.message() : "";
    }

    private String failed(Memory.Failure failure) {
        var what = switch (failure.reason()) {
            case "ErrImagePull" -> "has no image, %s cannot be pulled: ".formatted(container.image());
            case "CreateContainerConfigError" -> "lacks configuration: ";
            case PodDevices.WAITING -> "waits for a device: ";
            default -> "could not be started (%s): ".formatted(failure.reason());
        };
        return what + failure.message() + next(failure.again(), why.now());
    }

    private String before() {
        for (var init : why.pod().initContainers()) {
            if (init.name().equals(name())) break;
            if (!new WhyContainer(why, init, init.isSidecar() ? "sidecar" : "init", true).fine())
                return "%s container %s".formatted(init.isSidecar() ? "sidecar" : "init", init.name());
        }
        return SANDBOX;
    }

    private String ended(Instance instance, State.Exited exit) {
        var how = "ended with exit code %d%s at %s"
                .formatted(
                        exit.code(),
                        exit.reason().isEmpty()
                                        || exit.reason().equals("Error")
                                        || exit.reason().equals("Completed")
                                ? ""
                                : " (%s)".formatted(exit.reason()),
                        PodStatus.time(exit.finished()));
        var backOff = why.memory().crashes().get(name());
        if (why.plan().waiting().containsKey(name()) && backOff != null) {
            var until = backOff.until(exit.finished());
            return "%s, the %s time, and waits out its back-off of %s%s"
                    .formatted(
                            how, ordinal(instance.restarts() + 1), Why.text(backOff.delay()), next(until, why.now()));
        }
        return startsAgain(exit) ? how + " and is about to be started again" : how;
    }

    private boolean startsAgain(State.Exited exit) {
        if (fine() || PodReport.saysHalt(why.status())) return false;
        if (Plan.isFinished(why.pod(), why.seen(), why.memory())) return false;
        return kind.equals("sidecar") || Restarts.follow(why.pod(), container, exit.code());
    }

    // ---- what a person may do

    @Nullable
    String hint() {
        if (fine()) return null;
        var failure = why.memory().failures().get(name());
        var instance = instance();
        if (failure != null)
            return switch (failure.reason()) {
                case "ErrImagePull" ->
                    "check the image's name and the registry, or put it here: smarter image load ARCHIVE";
                case "CreateContainerConfigError" -> "make what is missing; the container then starts by itself";
                case PodDevices.WAITING -> "see that the device is there and its device plugin runs on this node";
                default -> null;
            };
        if (instance == null) return null;
        if (instance.isExited() || runs())
            return "read what it said last: tail -n 20 " + why.log().apply(instance);
        return null;
    }

    Json.Obj json() {
        var instance = instance();
        return Json.obj(
                "name",
                name(),
                "kind",
                kind,
                "fine",
                fine(),
                "text",
                text(),
                "restarts",
                instance == null ? 0 : instance.restarts(),
                "image",
                container.image(),
                "log",
                instance == null ? null : why.log().apply(instance).toString());
    }

    // ---- words

    /** When something is tried again, as the end of a sentence. */
    static String next(Instant at, Instant now) {
        return at.isAfter(now)
                ? "; next try at %s%s".formatted(PodStatus.time(at), relative(at, now))
                : "; being tried again";
    }

    static String relative(Instant at, Instant now) {
        return at.isAfter(now) ? " (in %s)".formatted(Why.text(Duration.between(now, at))) : "";
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }

    private static String ordinal(int number) {
        int last = number % 100 / 10 == 1 ? 0 : number % 10;
        return number
                + switch (last) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
    }
}
