package org.smqcluster.broker;

import java.util.function.LongSupplier;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Cluster;

/** What all parts of one broker work with. */
record BrokerContext(
    String nodeName,
    BrokerSettings settings,
    Cluster cluster,
    BrokerHooks hooks,
    BrokerClock clock,
    BrokerMetrics metrics,
    BrokerLog log,
    Refusals refusals,
    OutboxBudget outboxes,
    SessionRegistry sessions,
    PublishesUnderWay underWay) {

  static BrokerContext of(
      String nodeName,
      BrokerSettings settings,
      Cluster cluster,
      BrokerHooks hooks,
      LongSupplier nanoClock) {
    BrokerMetrics metrics = new BrokerMetrics();
    BrokerLog log = new BrokerLog(nodeName);
    return new BrokerContext(
        nodeName,
        settings,
        cluster,
        hooks,
        new BrokerClock(nanoClock),
        metrics,
        log,
        new Refusals(metrics, log, hooks),
        new OutboxBudget(settings.outbox().bytes(), settings.outbox().totalBytes()),
        new SessionRegistry(),
        new PublishesUnderWay());
  }

  /** Whether a client with this ETID is connected to any node. */
  boolean isConnected(int etid) {
    return (sessions.byEtid(etid) != null || cluster.ownerOf(etid).isPresent())
        && !cluster.isParked(etid);
  }
}
