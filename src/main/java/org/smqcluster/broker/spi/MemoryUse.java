package org.smqcluster.broker.spi;

/**
 * What peers make one broker keep, outboxes apart: estimates in bytes, with their bounds. Names
 * that other nodes create and clients that they accept may pass the bounds; then this node accepts
 * none.
 *
 * @param bytes all of it
 * @param maxBytes bound of {@code bytes}
 * @param nameBytes the part of {@code bytes} that names of topics and sub-topics take
 * @param maxNameBytes bound of {@code nameBytes}
 */
public record MemoryUse(long bytes, long maxBytes, long nameBytes, long maxNameBytes) {}
