package org.smqcluster.broker.spi;

/**
 * The last message of a topic, or of one of its sub-topics, as the broker keeps it.
 *
 * @param subtid the sub-topic, 0 for none
 * @param publisher ETID of the client that published it
 * @param time milliseconds since 1970 when it was published, by the clock of its node
 * @param payload never empty, never changed
 */
public record LastValue(int subtid, int publisher, long time, byte[] payload) {}
