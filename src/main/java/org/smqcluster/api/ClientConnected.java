package org.smqcluster.api;

import org.smqcluster.broker.spi.Client;

/** CDI event: a client connected to this node. */
public record ClientConnected(String broker, Client client) {}
