/** The cloud program: wiring only. */
@NullMarked
package io.smarter.cloud;

import org.jspecify.annotations.NullMarked;
