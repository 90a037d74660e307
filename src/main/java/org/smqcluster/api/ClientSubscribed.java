package org.smqcluster.api;

import org.smqcluster.broker.spi.Client;

/**
 * CDI event: a client of this node subscribed to a topic, and all nodes know. Fired on the broker's
 * event thread.
 *
 * @param broker name of the broker
 * @param client live view of the client
 * @param tid the topic's id
 * @param topic the topic's name
 */
public record ClientSubscribed(String broker, Client client, int tid, String topic) {}
