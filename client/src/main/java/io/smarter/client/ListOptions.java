package io.smarter.client;

import org.jspecify.annotations.Nullable;

/**
 * Which objects to list or watch.
 *
 * @param labelSelector such as {@code app=x,tier in (a,b)}; null takes all
 * @param fieldSelector such as {@code spec.nodeName=n}; null takes all
 * @param pageSize how many objects the server gives at a time, 0 for all at once; the pages are joined
 */
public record ListOptions(
        @Nullable String labelSelector, @Nullable String fieldSelector, int pageSize) {
    public static final ListOptions ALL = new ListOptions(null, null, 0);

    public ListOptions {
        if (pageSize < 0) throw new IllegalArgumentException("page size must be 0 or more, was " + pageSize);
    }

    public static ListOptions labels(String selector) {
        return new ListOptions(selector, null, 0);
    }

    public static ListOptions fields(String selector) {
        return new ListOptions(null, selector, 0);
    }
}
