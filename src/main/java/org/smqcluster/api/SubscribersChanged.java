package org.smqcluster.api;

import org.smqcluster.broker.spi.Topic;

/**
 * CDI event: a topic's number of subscribers changed, on this node or on another. Fired on the
 * broker's event thread; {@code topic} shows the counts of the moment when it is asked.
 *
 * @param broker name of the broker
 * @param topic live view of the topic
 */
public record SubscribersChanged(String broker, Topic topic) {}
