/**
 * The Kubernetes API over a {@code Store}. Start at {@link io.smarter.apiserver.ApiServer}: it finds the type and the verb that
 * a request is about. There is one class for each verb; what a type is and can do stands in module {@code types}, how objects
 * are kept and watched in {@code storage}.
 *
 * <p>Nothing here survives in memory only: an answer is given when the store has the write, and all that is kept beside it
 * is read again from the store at the start.
 */
@NullMarked
package io.smarter.apiserver;

import org.jspecify.annotations.NullMarked;
