/**
 * The node of this process: its brokers, how it takes and disconnects clients (drain, balance), how
 * it stops.
 *
 * <p>May use {@code broker}, {@code cluster}, {@code config} and {@code log}. Runs on the node's
 * timer {@code smq-timer} and on the threads of its callers.
 */
package org.smqcluster.node;
