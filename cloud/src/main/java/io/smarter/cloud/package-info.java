/** The cloud program: wiring only. Start at {@link io.smarter.cloud.Cloud}. */
@NullMarked
package io.smarter.cloud;

import org.jspecify.annotations.NullMarked;
