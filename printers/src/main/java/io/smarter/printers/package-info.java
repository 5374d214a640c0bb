/**
 * Columns. {@link io.smarter.printers.Columns} makes a table's rows; the others say which columns a type has.
 */
@NullMarked
package io.smarter.printers;

import org.jspecify.annotations.NullMarked;
