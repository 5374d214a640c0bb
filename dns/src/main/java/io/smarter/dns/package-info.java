/** A name server for one machine. Start at {@link Zone}, which is what its user gives it. */
@NullMarked
package io.smarter.dns;

import org.jspecify.annotations.NullMarked;
