package org.smqcluster.broker;

import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.MalformedPacketException;

/** What differs for a client before and after its Connack. */
interface SessionPhase {

  /** The client cannot be served, or makes this node keep too much: it is told and closed. */
  void reject(Refusal refusal);

  /** Bytes have arrived that are not a packet. */
  void rejected(MalformedPacketException malformed);

  /** Looks at the clock. Any thread, a few times a second. */
  void tick(long now);
}
