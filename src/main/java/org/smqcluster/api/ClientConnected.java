package org.smqcluster.api;

import org.smqcluster.broker.spi.Client;

/**
 * CDI event: a client connected to this node, and its Connack is sent. Fired on the broker's event
 * thread.
 *
 * @param broker name of the broker
 * @param client live view of the client
 */
public record ClientConnected(String broker, Client client) {}
