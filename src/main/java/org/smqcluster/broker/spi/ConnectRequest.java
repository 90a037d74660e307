package org.smqcluster.broker.spi;

import org.smqcluster.protocol.Packet;

/**
 * A client that wants to connect, for {@link Authenticator}.
 *
 * @param connect UID, credentials and info as sent
 * @param seed the number that Init gave it, for challenges
 * @param connection how and from where it came
 */
public record ConnectRequest(Packet.Connect connect, int seed, ConnectionInfo connection) {}
