/** Revisioned keys with watch and compaction: {@code Store} and its drivers. */
@NullMarked
package io.smarter.store;

import org.jspecify.annotations.NullMarked;
