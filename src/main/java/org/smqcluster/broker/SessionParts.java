package org.smqcluster.broker;

import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.TopicPolicy;

/** Makes the parts of sessions, each with what it works with. Thread-safe. */
record SessionParts(
    String nodeName,
    BrokerSettings settings,
    BrokerClock clock,
    Cluster cluster,
    BrokerHooks hooks,
    BrokerMetrics metrics,
    BrokerLog log,
    Refusals refusals,
    SessionRegistry sessions,
    EtidObservers etidObservers,
    ConnectionAdmission admission,
    OutboxBudget outboxes,
    TopicTable topics,
    Router router,
    ClientRequests requests,
    Parking parking,
    SessionSearch search,
    Adoption adoption) {

  ClientMove move(ClientSession session) {
    return new ClientMove(session, sessions, cluster, parking);
  }

  PauseCounter pauses(Connection connection) {
    return new PauseCounter(connection, metrics);
  }

  ClientOutput output(ClientSession session, Connection connection) {
    Outbox outbox = new Outbox(outboxes, connection::wake);
    return new ClientOutput(
        session, connection, outbox, settings.outbox().policy(), clock, metrics, log, refusals);
  }

  ClientTopics topics(ClientSession session) {
    return new ClientTopics(
        session.output(), etidObservers, () -> adoption.changed(session), session.memory());
  }

  ConnectHandshake handshake(ClientSession session, ConnectHandshake.Connecting connecting) {
    return new ConnectHandshake(
        session,
        connecting,
        nodeName,
        settings,
        clock,
        admission,
        hooks.authenticator(),
        cluster,
        parking,
        search,
        metrics,
        log,
        refusals);
  }

  ClientActivity activity(ClientSession session) {
    int packets = settings.rates().packets();
    boolean limited = packets > 0 && admission.isLimited(session.connectionInfo().address());
    PacketRate rate = limited ? new PacketRate(session, packets, clock.now(), metrics) : null;
    return new ClientActivity(session.output(), rate, settings.timeouts(), clock);
  }

  ConnectedClient connected(ClientSession session, ClientMove move, int etid) {
    TopicPolicy policy = hooks.topicPolicy().forClient(session);
    return new ConnectedClient(
        session, move, etid, policy, topics, router, requests, metrics, hooks, refusals);
  }
}
