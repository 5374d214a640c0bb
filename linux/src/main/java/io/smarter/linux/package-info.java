/**
 * The kernel, as one small interface over FFM, with its recording fake. Start at {@link io.smarter.linux.Kernel}; the rest
 * reads and tidies what the kernel shows as files.
 */
@NullMarked
package io.smarter.linux;

import org.jspecify.annotations.NullMarked;
