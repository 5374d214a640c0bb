package io.smarter.cel;

import org.jspecify.annotations.Nullable;

/** An expression that is parsed when it is needed for the first time. Safe for use by many threads. */
public final class CelExpression {
    private final String text;
    private volatile @Nullable Cel parsed;

    public CelExpression(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Throws {@link Cel.Failure} when it is no expression, or cannot be evaluated. */
    public Object value(CelRun run, CelRun.@Nullable Scope scope) {
        var known = parsed;
        if (known == null) {
            known = CelParser.parse(text);
            parsed = known;
        }
        return run.value(known, scope);
    }
}
