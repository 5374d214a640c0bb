/**
 * Revisioned keys with watch and compaction: {@link io.smarter.store.Store} and its drivers. Start at
 * {@link io.smarter.store.JournaledStore}, which holds what the drivers share.
 *
 * <p>After a crash everything acknowledged is there, nothing that was refused or deleted is, and revisions go on where
 * they were.
 */
@NullMarked
package io.smarter.store;

import org.jspecify.annotations.NullMarked;
