/**
 * What the broker asks of others and offers to applications: hooks, connections and sessions for
 * transports, the cluster behind it, read-only views of clients and topics.
 *
 * <p>May use {@code broker.outbox}, {@code protocol} and {@code log}. Each interface says on which
 * threads it is called; none of its methods may block.
 */
package org.smqcluster.broker.spi;
