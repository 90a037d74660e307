package org.smqcluster.broker.spi;

import java.util.Optional;

/**
 * A message as code inside the broker's process receives it.
 *
 * @param topic the topic's name; empty if it was sent to the broker's own ETID
 * @param subtopic the sub-topic's name; empty without one
 * @param publisher the ETID to answer to; 1 is code inside a broker's process
 * @param payload the bytes, the receiver's own
 */
public record Message(
    Optional<String> topic, Optional<String> subtopic, int publisher, byte[] payload) {}
