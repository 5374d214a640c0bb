/** The cloud's intake of readings and its store. */
@NullMarked
package io.smarter.telemetry;

import org.jspecify.annotations.NullMarked;
