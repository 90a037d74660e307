package org.smqcluster.broker;

import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.Packet.Publish;

/** Whatever messages are delivered to: a client, or code inside the broker's process. */
interface Receiver {

  /** Takes a message. Never blocks; any thread. */
  Outbox.Offer deliver(Publish message);

  /** The outbox whose overflow should pause publishers, or null if there is none. */
  Outbox outbox();
}
