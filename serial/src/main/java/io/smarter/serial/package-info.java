/**
 * Shares a serial port, which the kernel gives to one program only, with many. {@link SerialMain} is where it starts.
 *
 * <pre>
 *   the port ◀──▶ Device ──▶ Server ──▶ a ring for each Client ──▶ the network
 *                   ▲                                                │
 *                   └── the writer's bytes and settings ◀── Session ─┘
 * </pre>
 *
 * <p>Two threads: the one of {@link Device} waits for the port, the one of {@link Server} for all connections. A third waits
 * for modem lines where the port has some. Nothing is kept on disk; whoever loses its connection connects again.
 */
@NullMarked
package io.smarter.serial;

import org.jspecify.annotations.NullMarked;
