/** The program {@code smarter edge}. Start at {@link EdgeMain}. */
@NullMarked
package io.smarter.edge;

import org.jspecify.annotations.NullMarked;
