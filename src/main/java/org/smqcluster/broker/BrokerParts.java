package org.smqcluster.broker;

import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Cluster;

/** What the sessions of one broker are made with; {@link NodeBroker} makes it. */
record BrokerParts(
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
    PublishesUnderWay underWay,
    Router router,
    ClientRequests requests,
    Parking parking,
    SessionSearch search,
    Adoption adoption) {}
