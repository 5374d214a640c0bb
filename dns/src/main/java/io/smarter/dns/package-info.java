/**
 * A name server for one machine. Start at {@link NameServer}, which is given a {@link Zone} with the machine's own names.
 *
 * <p>A message takes this way: {@code UdpListener} or {@code TcpConnection} hands it to {@code Answers}; the names of the zone are answered
 * on that thread by {@code LocalNames}, all others by {@code OtherNames}. Nothing is kept on disk.
 */
@NullMarked
package io.smarter.dns;

import org.jspecify.annotations.NullMarked;
