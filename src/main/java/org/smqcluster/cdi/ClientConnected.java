package org.smqcluster.cdi;

import org.smqcluster.broker.Client;

/** CDI event: a client connected to this node. */
public record ClientConnected(String broker, Client client) {}
