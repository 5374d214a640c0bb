/**
 * Quotas and limit ranges. {@link io.smarter.quota.Quotas} keeps a book for each namespace that has a quota,
 * {@link io.smarter.quota.LimitRanges} fills in and checks what one object may use. Both are read from the store at the start.
 */
@NullMarked
package io.smarter.quota;

import org.jspecify.annotations.NullMarked;
