package io.smarter.cel;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A variable's value that is made when somebody asks for it, once; so is the failure to make it. Used by one thread.
 */
public final class CelLazy {
    private final Function<CelRun, Object> make;
    private @Nullable Object value;
    private Cel.@Nullable Failure failure;

    public CelLazy(Function<CelRun, Object> make) {
        this.make = make;
    }

    /** Throws {@link Cel.Failure} when it cannot be made. */
    Object value(CelRun run) {
        if (failure != null) throw failure;
        var known = value;
        if (known != null) return known;
        try {
            known = make.apply(run);
        } catch (Cel.Failure e) {
            failure = e;
            throw e;
        }
        value = known;
        return known;
    }
}
