package org.smqcluster.api;

import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;

/**
 * CDI event: the connection of a client of this node has ended. Fired on the broker's event thread.
 *
 * @param broker name of the broker
 * @param client the client as it was
 * @param reason why
 * @param detail more about it, such as the client's own words; may be empty
 */
public record ClientDisconnected(String broker, Client client, CloseReason reason, String detail) {}
