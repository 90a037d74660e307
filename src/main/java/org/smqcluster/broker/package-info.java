/**
 * The broker of one node: sessions, topics, subscriptions, observations and routing. {@link
 * org.smqcluster.broker.NodeBroker} is its entry; everything else but the in-process client is
 * package-private.
 *
 * <p>May use {@code broker.spi}, {@code broker.outbox}, {@code protocol} and {@code log}. Runs on
 * the threads of transports (a packet), of the cluster (its news) and of the node's timer (ticks).
 * Nothing blocks, and no lock is held while something is sent.
 */
package org.smqcluster.broker;
