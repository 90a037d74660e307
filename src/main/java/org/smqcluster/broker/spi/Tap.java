package org.smqcluster.broker.spi;

import org.smqcluster.protocol.EncodedPacket;

/**
 * Sees the packets of a client that is traced. Called on the threads of transports: must not block,
 * and must not change a packet.
 */
@FunctionalInterface
public interface Tap {

  /**
   * A packet came from the client, or was accepted for it.
   *
   * @param fromClient false if it goes to the client
   */
  void packet(int etid, boolean fromClient, EncodedPacket packet);
}
