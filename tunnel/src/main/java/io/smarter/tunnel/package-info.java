/**
 * The cloud's end of the tunnels. {@link io.smarter.tunnel.JoinHandlers} gives a gateway its certificate,
 * {@link io.smarter.tunnel.Tunnels} knows which are connected, {@link io.smarter.tunnel.Streams} and
 * {@link io.smarter.tunnel.Proxy} pass on what clients ask of pods. Nothing here survives but the tokens with which gateways
 * join.
 */
@NullMarked
package io.smarter.tunnel;

import org.jspecify.annotations.NullMarked;
