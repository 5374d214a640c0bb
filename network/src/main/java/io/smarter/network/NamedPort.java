package io.smarter.network;

/**
 * A port that a container of a pod gives a name.
 *
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 */
record NamedPort(String name, String protocol, int number) {}
