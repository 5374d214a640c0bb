/**
 * The network of a node's pods. Start at {@link Network}.
 *
 * <p>What lasts is one file for each address that is given out; the kernel's side is made again from these whenever it differs.
 */
@NullMarked
package io.smarter.network;

import org.jspecify.annotations.NullMarked;
