package org.smqcluster.api;

import org.smqcluster.broker.spi.Client;

/** CDI event: a client of this node subscribed to a topic. */
public record ClientSubscribed(String broker, Client client, int tid, String topic) {}
