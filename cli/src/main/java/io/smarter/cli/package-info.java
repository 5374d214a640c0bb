/** The {@code smarter} command. */
@NullMarked
package io.smarter.cli;

import org.jspecify.annotations.NullMarked;
