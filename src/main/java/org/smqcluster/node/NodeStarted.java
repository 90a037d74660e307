package org.smqcluster.node;

/** CDI event: the node has joined; clients are accepted when all observers have returned. */
public record NodeStarted(SmqNode node) {}
