package org.smqcluster.node;

/** CDI event: the node has joined; the doors for clients open when all observers have returned. */
public record NodeStarted(SmqNode node) {}
