package io.smarter.devices;

import io.smarter.devices.Found.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts what was found into resources, rule by rule. Used once, by one thread. */
final class CatalogBuilder {
    /** So many shares of one resource are told of in one message to a kubelet, which takes 4 MiB. */
    private static final int MAX_SHARES = 10_000;

    private final Rules rules;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final Map<String, Found> targets = new HashMap<>();
    private final Map<String, List<Found>> byPhysical = new HashMap<>();
    private final Identities identities;
    private final Set<String> decided = new HashSet<>();
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final List<Left> left = new ArrayList<>();

    /** A resource to which devices are still added; with all names of those that it has. */
    private record Draft(Rule rule, List<Unit> units, Map<String, Found> names) {
        void add(Unit unit) {
            var device = unit.device();
            units.add(unit);
            names.put(device.path(), device);
            for (var link : device.links()) names.put(link, device);
        }

        boolean isFull() {
            return (units.size() + 1L) * rule.count() > MAX_SHARES;
        }

        /** The device that is the same as another one, by one of its other names; null when none is. */
        @Nullable
        Found same(Found other) {
            var same = names.get(other.path());
            for (var link : other.links()) if (same == null) same = names.get(link);
            return same;
        }
    }

    CatalogBuilder(Rules rules, Collection<Found> all) {
        this.rules = rules;
        var ordered = new ArrayList<>(all);
        ordered.sort(Comparator.comparing(Found::path, NaturalOrder.INSTANCE));
        for (var one : ordered) found.putIfAbsent(one.path(), one);
        for (var one : found.values()) {
            if (one.kind() != Kind.LINK) for (var link : one.links()) targets.put(link, one);
            var physical = one.physical();
            if (!physical.isEmpty())
                byPhysical.computeIfAbsent(physical, _ -> new ArrayList<>()).add(one);
        }
        identities = new Identities(found.values());
    }

    Catalog build() {
        for (var rule : rules.rules())
            for (var one : found.values())
                if (!decided.contains(one.path()) && rule.match().holds(one)) {
                    decided.add(one.path());
                    var why = refused(rule, one);
                    if (why != null) left.add(new Left(one.path(), why));
                }
        var offers = new ArrayList<Offer>();
        drafts.forEach((name, draft) -> offers.add(new Offer(Offer.PREFIX + name, draft.rule(), draft.units())));
        var unmatched =
                found.keySet().stream().filter(path -> !decided.contains(path)).toList();
        return new Catalog(offers, left, unmatched);
    }

    /** Adds a device to its resource, or says why not. */
    private @Nullable String refused(Rule rule, Found one) {
        if (one.kind() != Kind.GPU && !Check.isPath(one.file())) return "no path that could be handed over";
        var name = ResourceNames.of(rule, one);
        if (!Check.isName(name))
            return "its resource would be %s, which must have a letter or digit at both ends: give the rule a name"
                    .formatted(Problems.shown(name));
        var draft = drafts.computeIfAbsent(name, _ -> new Draft(rule, new ArrayList<>(), new HashMap<>()));
        if (!draft.units().isEmpty()) {
            var first = draft.units().getFirst().device().path();
            if (!draft.rule().equals(rule) || rule.name() == null)
                return "its resource would be %s, which is that of %s: give the rule a name".formatted(name, first);
            var same = draft.same(one);
            if (same != null) return "another name for " + same.path();
        }
        if (draft.isFull()) return "%s would have more than %d shares".formatted(name, MAX_SHARES);
        draft.add(new Unit(identities.of(one), one, files(one), with(rule, one), rule.count()));
        return null;
    }

    private Map<String, Found> files(Found one) {
        return switch (one.kind()) {
            case CHARACTER, BLOCK -> Map.of("", one);
            case GPU -> Map.of();
            case FOLDER -> within(one);
            case LINK -> {
                var target = targets.get(one.path());
                yield target == null ? Map.of() : files(target);
            }
        };
    }

    private Map<String, Found> within(Found folder) {
        var files = new HashMap<String, Found>();
        var prefix = folder.path() + "/";
        for (var one : found.values())
            if ((one.kind() == Kind.CHARACTER || one.kind() == Kind.BLOCK)
                    && one.path().startsWith(prefix))
                files.put(one.path().substring(folder.path().length()), one);
        return files;
    }

    /** The companions of a device that nobody has decided on so far; they are decided on now. */
    private List<Found> with(Rule rule, Found one) {
        if (rule.with().isEmpty()) return List.of();
        var with = new ArrayList<Found>();
        for (var other : byPhysical.getOrDefault(one.physical(), List.of())) {
            if (decided.contains(other.path()) || !Check.isPath(other.file())) continue;
            boolean meant = rule.with().stream().anyMatch(match -> accompanies(match, other));
            if (meant && decided.add(other.path())) with.add(other);
        }
        return with;
    }

    private static boolean accompanies(Match match, Found other) {
        return (other.kind() != Kind.LINK || match.kind() == Kind.LINK) && match.holds(other);
    }
}
