/**
 * Objects over the {@code Store}. {@link io.smarter.storage.Registry} writes them, {@link io.smarter.storage.Lists} lists them,
 * {@link io.smarter.storage.WatchHub} tells every watch of every change from one subscription. What is remembered beside the
 * store (the last changes, the pods of each node) is read again from it at the start.
 */
@NullMarked
package io.smarter.storage;

import org.jspecify.annotations.NullMarked;
