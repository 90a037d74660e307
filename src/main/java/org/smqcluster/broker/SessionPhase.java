package org.smqcluster.broker;

import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.MalformedPacketException;

/**
 * What differs for a client before and after its Connack. It may be sent by one thread while
 * another has bytes of the client: a phase that is over says so, and the next one is asked.
 */
interface SessionPhase {

  /**
   * The client cannot be served, or makes this node keep too much: it is told and closed.
   *
   * @return false if the phase is over, and nothing was done
   */
  boolean reject(Refusal refusal);

  /**
   * Bytes have arrived that are not a packet: the client is told and closed.
   *
   * @return false if the phase is over, and nothing was done
   */
  boolean rejected(MalformedPacketException malformed);

  /** Looks at the clock. Any thread, a few times a second. */
  void tick(long now);
}
