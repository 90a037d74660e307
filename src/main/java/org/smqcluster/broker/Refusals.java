package org.smqcluster.broker;

import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.WireText;

/** Reports refused requests and rejected connections: to counters, log and hooks. Thread-safe. */
record Refusals(BrokerMetrics metrics, BrokerLog log, BrokerHooks hooks) {

  /** Bytes of a peer's text that are kept, told and logged at most. */
  static final int MAX_PEER_TEXT = 256;

  /** Reports one; {@code text} may be a peer's and of any length. */
  void refused(Client client, Refusal refusal, String text) {
    String told = WireText.cut(text, MAX_PEER_TEXT);
    metrics.refused(refusal);
    log.refused(client, refusal, told);
    hooks.refused(client, refusal, told);
  }
}
