package org.smqcluster.admin.jmx;

import java.util.Map;

/** A broker of this node, as JMX shows it. Counters are since its start. */
public interface BrokerMXBean {

  int getClients();

  int getTopics();

  long getMessagesIn();

  /** Messages accepted for clients. */
  long getMessagesOut();

  long getBytesIn();

  /** Bytes of packets accepted for clients. */
  long getBytesOut();

  /** Messages accepted for other nodes. */
  long getForwarded();

  /** Messages, or copies for one receiver, not delivered, by reason. */
  Map<String, Long> getDropped();

  /** Requests and connections refused, by reason. */
  Map<String, Long> getRefused();

  /** How often a publisher was paused. */
  long getPublisherPauses();
}
