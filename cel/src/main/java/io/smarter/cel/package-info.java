/**
 * Expressions of the Common Expression Language. {@link io.smarter.cel.CelParser} reads one, {@link io.smarter.cel.CelCheck}
 * says beforehand what cannot be right in it, {@link io.smarter.cel.CelRun} evaluates it within a budget. Nothing here knows
 * where values come from: {@link io.smarter.cel.CelSchema} is all that is told about them.
 */
@NullMarked
package io.smarter.cel;

import org.jspecify.annotations.NullMarked;
