package io.smarter.cel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of lists in expressions: Kubernetes' list library and the lists extension. */
final class CelLists {
    private static final int MAX_JOINED = 1 << 20;

    private CelLists() {}

    static @Nullable Object call(CelRun run, List<?> list, String name, List<Object> arguments) {
        run.charge(list.size());
        var argument = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (name) {
            case "isSorted" -> isSorted(run, list);
            case "sum" -> {
                Object sum = 0L;
                for (int i = 0; i < list.size(); i++)
                    sum = i == 0 ? list.get(0) : CelValues.arithmetic(run, "+", sum, list.get(i));
                yield sum;
            }
            case "min" -> extreme(run, list, "min", -1);
            case "max" -> extreme(run, list, "max", 1);
            case "indexOf" -> argument == null ? null : indexOf(run, list, argument, false);
            case "lastIndexOf" -> argument == null ? null : indexOf(run, list, argument, true);
            case "join" -> joined(run, list, argument instanceof String by ? by : "");
            case "distinct" -> distinct(run, list);
            case "reverse" -> new ArrayList<Object>(list).reversed();
            case "sort" -> {
                run.charge((long) list.size() * 8);
                var sorted = new ArrayList<Object>(list);
                sorted.sort((a, b) -> CelValues.compare(run, a, b));
                yield sorted;
            }
            case "first" -> list.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(list.getFirst());
            case "last" -> list.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(list.getLast());
            case "slice" ->
                argument instanceof Long from && arguments.size() == 2 && arguments.get(1) instanceof Long to
                        ? slice(list, from, to)
                        : null;
            case "flatten" -> {
                var flat = new ArrayList<Object>();
                for (var item : list) {
                    if (item instanceof List<?> inner) {
                        run.charge(inner.size());
                        flat.addAll(inner);
                    } else flat.add(item);
                }
                yield flat;
            }
            default -> null;
        };
    }

    private static boolean isSorted(CelRun run, List<?> list) {
        for (int i = 1; i < list.size(); i++)
            if (CelValues.compare(run, list.get(i - 1), list.get(i)) > 0) return false;
        return true;
    }

    private static Object extreme(CelRun run, List<?> list, String name, int sign) {
        if (list.isEmpty()) throw new Cel.Failure(-1, name + " called on empty list");
        Object best = list.getFirst();
        for (var item : list) if (CelValues.compare(run, item, best) * sign > 0) best = item;
        return best;
    }

    private static long indexOf(CelRun run, List<?> list, Object wanted, boolean last) {
        long found = -1;
        for (int i = 0; i < list.size(); i++) {
            if (!CelValues.same(run, list.get(i), wanted)) continue;
            found = i;
            if (!last) break;
        }
        return found;
    }

    private static List<Object> distinct(CelRun run, List<?> list) {
        var seen = new ArrayList<Object>();
        for (var item : list) if (indexOf(run, seen, item, false) < 0) seen.add(item);
        return seen;
    }

    private static String joined(CelRun run, List<?> list, String by) {
        var text = new StringBuilder();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof String item)) throw CelFunctions.noOverload("join");
            if (i > 0) text.append(by);
            text.append(item);
            run.chargeText((long) item.length() + by.length());
            if (text.length() > MAX_JOINED) throw new Cel.Failure(-1, "joined text is too long");
        }
        return text.toString();
    }

    private static List<Object> slice(List<?> list, long from, long to) {
        if (from < 0 || to < from || to > list.size())
            throw new Cel.Failure(-1, "cannot slice from " + from + " to " + to);
        return new ArrayList<>(list.subList((int) from, (int) to));
    }
}
