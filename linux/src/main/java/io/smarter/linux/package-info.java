/**
 * What we ask of the kernel: start at {@link io.smarter.linux.Kernel}; the rest reads and tidies what it shows as files.
 */
@NullMarked
package io.smarter.linux;

import org.jspecify.annotations.NullMarked;
