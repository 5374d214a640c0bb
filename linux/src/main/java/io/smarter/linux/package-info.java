/** The kernel, as one small interface over FFM, with its recording fake. */
@NullMarked
package io.smarter.linux;

import org.jspecify.annotations.NullMarked;
