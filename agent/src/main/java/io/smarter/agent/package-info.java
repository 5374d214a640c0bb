/**
 * How a gateway's agent is replaced by another version of itself, and comes back when that one fails. Start at {@link
 * io.smarter.agent.SelfUpgrade}; what it decides is {@link io.smarter.agent.Upgrade}, what it keeps {@link
 * io.smarter.agent.AgentState}, and what starts the one or the other is the shell program {@code smarter-agent}.
 *
 * <p>Whatever the moment of a crash, that program finds the old version whole, or the new one: a version is complete and
 * synced before its name appears below {@code versions/}, and that is done before the state names it.
 */
@NullMarked
package io.smarter.agent;

import org.jspecify.annotations.NullMarked;
