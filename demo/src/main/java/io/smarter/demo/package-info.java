/**
 * The demo application: three programs in one image, chosen by argument. {@link Demo} is where they start.
 *
 * <pre>
 *   sensor ──filter.sock──▶ filter ──uplink.sock──▶ uplink ──HTTPS──▶ the cloud's intake
 * </pre>
 *
 * <p>Each may start, stop and crash on its own: whoever sends keeps the newest lines and connects again. Nothing is kept
 * on disk; what a crash loses is what had not been sent.
 */
@NullMarked
package io.smarter.demo;

import org.jspecify.annotations.NullMarked;
