/**
 * The cloud's intake of readings and its store. Start at {@link Intake}; the rest is its machinery.
 *
 * <p>Readings are lines of append-only segment files under the cloud's {@code telemetry/}. A reading is answered for
 * only after its bytes are synced; a crash may leave one torn line at the end of the newest segment, which the next
 * start cuts off. The oldest segments are deleted when the whole grows beyond {@link Limits}.
 */
@NullMarked
package io.smarter.telemetry;

import org.jspecify.annotations.NullMarked;
