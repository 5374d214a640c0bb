/**
 * What turns declared objects into others: DaemonSets into pods, owners into their absence. Start at
 * {@link io.smarter.controllers.Controllers}; deciding is in {@code DaemonPlan}, {@code DaemonStatus}, {@code Placement},
 * {@code Revisions} and {@code Conditions}, which touch nothing.
 *
 * <p>All state is in the API server. After a crash the controllers read it again and go on; what was asked for and not
 * seen to be done by then is there or is not, and both are as good.
 */
@NullMarked
package io.smarter.controllers;

import org.jspecify.annotations.NullMarked;
