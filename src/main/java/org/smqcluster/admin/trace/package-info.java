/**
 * Traces of the packets of a client or topic, on all nodes at once.
 *
 * <p>May use {@code admin.nodes} and {@code node}. Taps run on the threads of transports and do not
 * block.
 */
package org.smqcluster.admin.trace;
