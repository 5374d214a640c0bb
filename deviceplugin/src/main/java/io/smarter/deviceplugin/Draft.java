package io.smarter.deviceplugin;

import io.smarter.deviceplugin.Want.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which devices a pod gets: decided for all its containers at once, so that two pods never each hold what the other one
 * lacks. A pure function.
 */
sealed interface Draft {
    record Complete(List<Pick> picks) implements Draft {}

    /** Something can't be had now; the message says what and why. */
    record Lacking(String message) implements Draft {}

    /**
     * Devices for one want.
     *
     * @param reused those of them that an init container of the pod had
     * @param available from what the others were chosen
     * @param settled whether the plugin has prepared them already
     */
    record Pick(Want want, List<String> ids, List<String> reused, List<String> available, boolean settled) {
        /** Whether there was a choice. */
        boolean chosen() {
            return !settled && ids.size() - reused.size() < available.size();
        }
    }

    /** What a container holds already. */
    record Held(List<String> ids, boolean settled) {}

    /**
     * Decides.
     *
     * @param held what containers of the pod hold, null for nothing
     * @param preferred what plugins would rather give for a want, as far as they were asked
     */
    static Draft of(
            List<Want> wants,
            Function<Want, @Nullable Held> held,
            Function<String, Stock> stocks,
            Map<Want, List<String>> preferred) {
        var drafting = new Drafting(held, stocks, preferred);
        for (var want : wants) {
            var problem = drafting.add(want);
            if (problem != null) return new Lacking(want.resource() + ": " + problem);
        }
        return new Complete(List.copyOf(drafting.picks));
    }

    /** One decision under way. */
    final class Drafting {
        private final Function<Want, @Nullable Held> held;
        private final Function<String, Stock> stocks;
        private final Map<Want, List<String>> preferred;
        private final List<Pick> picks = new ArrayList<>();
        private final Map<String, Set<String>> taken = new HashMap<>();
        private final Map<String, Set<String>> reusable = new HashMap<>();

        private Drafting(
                Function<Want, @Nullable Held> held,
                Function<String, Stock> stocks,
                Map<Want, List<String>> preferred) {
            this.held = held;
            this.stocks = stocks;
            this.preferred = preferred;
        }

        /** Adds what a want gets; says why when that can't be. */
        private @Nullable String add(Want want) {
            var stock = stocks.apply(want.resource());
            var has = held.apply(want);
            if (has != null) return keep(want, has, stock);
            return switch (stock.state()) {
                case UNKNOWN -> "no device plugin has registered for it";
                case AWAITED -> "its device plugin has not registered again";
                case UNMANAGED -> {
                    pick(new Pick(want, List.of(), List.of(), List.of(), true));
                    yield null;
                }
                case SERVED -> take(want, stock);
            };
        }

        private @Nullable String keep(Want want, Held has, Stock stock) {
            boolean unmanaged = has.ids().isEmpty();
            if (!unmanaged && has.ids().size() != want.count())
                return "container %s holds %d and wants %d now"
                        .formatted(want.container(), has.ids().size(), want.count());
            if (!has.settled() && !unmanaged) {
                if (stock.state() != Stock.State.SERVED) return "its device plugin has not registered again";
                for (var id : has.ids()) {
                    if (!stock.healthy().containsKey(id))
                        return "device %s, which container %s holds, is not healthy".formatted(id, want.container());
                }
            }
            pick(new Pick(want, has.ids(), has.ids(), List.of(), has.settled() || unmanaged));
            return null;
        }

        private @Nullable String take(Want want, Stock stock) {
            var reused = reusable.getOrDefault(want.resource(), Set.of()).stream()
                    .filter(stock.healthy()::containsKey)
                    .limit(want.count())
                    .toList();
            var available = new TreeSet<>(stock.free());
            available.removeAll(taken.getOrDefault(want.resource(), Set.of()));
            int needed = want.count() - reused.size();
            if (available.size() < needed)
                return "%d wanted for container %s, %d of %d healthy ones free"
                        .formatted(
                                needed,
                                want.container(),
                                available.size(),
                                stock.healthy().size());
            var liked = preferred.getOrDefault(want, List.of()).stream().filter(available::contains);
            var near = nearest(available, needed, stock.healthy());
            var fresh = Stream.concat(liked, near.stream()).distinct().limit(needed);
            var ids = Stream.concat(reused.stream(), fresh).toList();
            pick(new Pick(want, ids, reused, List.copyOf(available), false));
            return null;
        }

        private void pick(Pick pick) {
            picks.add(pick);
            var want = pick.want();
            taken.computeIfAbsent(want.resource(), _ -> new LinkedHashSet<>()).addAll(pick.ids());
            var pool = reusable.computeIfAbsent(want.resource(), _ -> new LinkedHashSet<>());
            if (want.kind() == Kind.INIT) pool.addAll(pick.ids());
            else pool.removeAll(pick.ids());
        }

        /** The first ones by id, of one part of the machine if it has enough. */
        private static List<String> nearest(SortedSet<String> available, int needed, Map<String, Device> devices) {
            var byNode = new HashMap<Long, List<String>>();
            for (var id : available) {
                var device = devices.get(id);
                if (device == null) continue;
                for (var node : device.numaNodes())
                    byNode.computeIfAbsent(node, _ -> new ArrayList<>()).add(id);
            }
            var fitting = byNode.entrySet().stream()
                    .filter(node -> node.getValue().size() >= needed)
                    .min(Map.Entry.comparingByKey());
            return fitting.map(Map.Entry::getValue).orElseGet(() -> List.copyOf(available));
        }
    }
}
