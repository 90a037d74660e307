package org.smqcluster.api;

import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;

/** CDI event: a client of this node is gone; {@code detail} may be empty. */
public record ClientDisconnected(String broker, Client client, CloseReason reason, String detail) {}
