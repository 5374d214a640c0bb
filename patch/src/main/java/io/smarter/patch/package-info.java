/**
 * Patches. {@link io.smarter.patch.Patches} has the three kinds that need no ownership of fields, {@link io.smarter.patch.Apply}
 * is server-side apply, {@link io.smarter.patch.ManagedFields} keeps who owns what. Pure functions.
 */
@NullMarked
package io.smarter.patch;

import org.jspecify.annotations.NullMarked;
