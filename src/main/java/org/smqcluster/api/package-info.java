/**
 * What application beans inject and observe: the in-process client, {@code @OnMessage},
 * {@code @BrokerName}, shared maps and the events of clients, topics and messages.
 *
 * <p>May use {@code broker}, {@code protocol} and {@code config}. Events and {@code @OnMessage}
 * methods run on the event thread of their broker, one after the other.
 */
package org.smqcluster.api;
