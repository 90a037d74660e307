/**
 * The raw TCP port for devices, on Netty: bootstrap, framing, TLS (SMQ section 1).
 *
 * <p>May use {@code broker.spi}, {@code broker.outbox}, {@code protocol}, {@code security}, {@code
 * config}, {@code payara}, {@code log} and {@code threads}. Runs on the event loops of {@link
 * org.smqcluster.transport.raw.EventLoops}, which nothing may block.
 */
package org.smqcluster.transport.raw;
