package org.smqcluster.broker;

/** The parts of one broker that its sessions, and the news of the cluster, reach. */
record BrokerParts(
    BrokerContext context,
    EtidObservers etidObservers,
    ConnectionAdmission admission,
    TopicTable topics,
    Router router,
    ClientRequests requests,
    Parking parking,
    SessionSearch search,
    Adoption adoption) {}
