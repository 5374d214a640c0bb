/**
 * The Kubernetes API surface over a {@code Store}; the cloud's end of the tunnel. Start at
 * {@link io.smarter.apiserver.ApiServer}: it finds the type and the verb that a request is about. What a type is and can
 * do stands in {@code Types}, what is particular to it in its {@code Strategy}; there is one class for each verb.
 *
 * <p>Nothing here survives in memory only: an answer is given when the store has the write, and all that is kept beside it
 * (the last changes, who runs which pod) is read again from the store at the start.
 */
@NullMarked
package io.smarter.apiserver;

import org.jspecify.annotations.NullMarked;
