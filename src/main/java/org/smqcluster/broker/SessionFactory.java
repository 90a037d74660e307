package org.smqcluster.broker;

import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.ClientNetwork;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.TopicPolicy;

/** Makes sessions and their parts, each with what it works with. Thread-safe. */
record SessionFactory(
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
    MemoryBudget memory,
    OutboxBudget outboxes,
    TopicTable topics,
    Router router,
    ClientRequests requests,
    Parking parking,
    SessionSearch search,
    Adoption adoption) {

  /** A session for a new connection; it is neither registered nor started. */
  ClientSession session(Connection connection, ConnectionInfo info) {
    MemoryBudget.ClientMemory kept =
        memory.open(ClientNetwork.of(info.address()), admission.isLimited(info.address()));
    return new ClientSession(this, sessions, hooks, metrics, refusals, connection, info, kept);
  }

  ClientMove move(ClientSession session, ClientOutput output) {
    return new ClientMove(session, output, sessions, cluster, parking);
  }

  ClientOutput output(ClientSession session, Connection connection) {
    Outbox outbox = new Outbox(outboxes, connection::wake);
    return new ClientOutput(
        session, connection, outbox, settings.outbox().policy(), clock, metrics, log, refusals);
  }

  ClientTopics topics(ClientSession session, ClientOutput output, MemoryBudget.ClientMemory kept) {
    return new ClientTopics(output, etidObservers, () -> adoption.changed(session), kept);
  }

  ConnectHandshake handshake(ClientSession session) {
    return new ConnectHandshake(
        session,
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
    return new ClientActivity(session, rate, settings.timeouts(), clock, refusals);
  }

  ConnectedClient connected(ClientSession session, int etid) {
    TopicPolicy policy = hooks.topicPolicy().forClient(session);
    return new ConnectedClient(
        session, etid, policy, topics, router, requests, metrics, hooks, refusals);
  }
}
