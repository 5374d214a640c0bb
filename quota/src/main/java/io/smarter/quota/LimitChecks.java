package io.smarter.quota;

import io.smarter.api.Container;
import io.smarter.api.Pod;
import io.smarter.api.PodTotals;
import io.smarter.api.Quantity;
import io.smarter.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what pods and claims want with the limits of a limit range; the messages are Kubernetes' own. Pure functions. */
final class LimitChecks {
    private static final Set<String> OF_PODS = Set.of("cpu", "memory");

    private final String type;
    private final List<String> problems = new ArrayList<>();

    private LimitChecks(String type) {
        this.type = type;
    }

    /** What is wrong with a pod, every problem once. */
    static List<String> pod(List<Json> limits, Json.Obj object) {
        var problems = new ArrayList<String>();
        var pod = new Pod(object);
        for (var limit : limits) {
            var checks = new LimitChecks(limit.textOrEmpty("type"));
            if (checks.type.equals("Container")) {
                for (var container : pod.containers()) checks.compare(limit, requests(container), limits(container));
                for (var container : pod.initContainers())
                    checks.compare(limit, requests(container), limits(container));
            }
            if (checks.type.equals("Pod")) checks.compare(limit, total(pod, "requests"), total(pod, "limits"));
            problems.addAll(checks.problems);
        }
        return problems.stream().distinct().toList();
    }

    /** What is wrong with a claim of a volume. */
    static List<String> claim(List<Json> limits, Json.Obj claim) {
        var problems = new ArrayList<String>();
        var asked = Amounts.of(claim.object("spec", "resources", "requests"));
        for (var limit : limits) {
            var checks = new LimitChecks(limit.textOrEmpty("type"));
            if (!checks.type.equals("PersistentVolumeClaim")) continue;
            Amounts.of(limit.object("min"))
                    .byName()
                    .forEach((name, least) -> checks.least(name, least, asked.get(name), null));
            Amounts.of(limit.object("max"))
                    .byName()
                    .forEach((name, most) -> checks.most(name, most, asked.get(name), asked.get(name), "request"));
            problems.addAll(checks.problems);
        }
        return problems;
    }

    private void compare(Json limit, Amounts requests, Amounts limits) {
        Amounts.of(limit.object("min"))
                .byName()
                .forEach((name, least) -> least(name, least, requests.get(name), limits.get(name)));
        Amounts.of(limit.object("max"))
                .byName()
                .forEach((name, most) -> most(name, most, requests.get(name), limits.get(name), "limit"));
        Amounts.of(limit.object("maxLimitRequestRatio"))
                .byName()
                .forEach((name, most) -> ratio(name, most, requests.get(name), limits.get(name)));
    }

    private void least(String name, Quantity least, @Nullable Quantity request, @Nullable Quantity limit) {
        var rule = "minimum %s usage per %s is %s".formatted(name, type, least);
        if (request == null) problems.add(rule + ".  No request is specified");
        else if (request.compareTo(least) < 0) problems.add(rule + ", but request is " + request);
        else if (limit != null && limit.compareTo(least) < 0) problems.add(rule + ", but limit is " + limit);
    }

    /** @param measure the name of what must be stated */
    private void most(
            String name, Quantity most, @Nullable Quantity request, @Nullable Quantity limit, String measure) {
        var rule = "maximum %s usage per %s is %s".formatted(name, type, most);
        if (limit == null) problems.add(rule + ".  No " + measure + " is specified");
        else if (limit.compareTo(most) > 0) problems.add(rule + ", but " + measure + " is " + limit);
        else if (request != null && request.compareTo(most) > 0) problems.add(rule + ", but request is " + request);
    }

    private void ratio(String name, Quantity most, @Nullable Quantity request, @Nullable Quantity limit) {
        var rule = "%s max limit to request ratio per %s is %s, but ".formatted(name, type, most);
        if (request == null || request.signum() == 0) problems.add(rule + "no request is specified or request is 0");
        else if (limit == null || limit.signum() == 0) problems.add(rule + "no limit is specified or limit is 0");
        else {
            double ratio = (double) limit.milliValue() / request.milliValue();
            if (ratio * 1000 > most.milliValue())
                problems.add(rule + String.format(Locale.ROOT, "provided ratio is %f", ratio));
        }
    }

    /** What the pod says as a whole counts for what limit ranges know of, which is not its huge pages. */
    private static Amounts total(Pod pod, String what) {
        var total = PodTotals.ofContainers(pod, what);
        PodTotals.read(pod.spec().object("resources", what)).forEach((name, amount) -> {
            if (OF_PODS.contains(name)) total.put(name, amount);
        });
        return new Amounts(total);
    }

    private static Amounts requests(Container container) {
        return Amounts.of(container.tree().object("resources", "requests"));
    }

    private static Amounts limits(Container container) {
        return Amounts.of(container.tree().object("resources", "limits"));
    }
}
