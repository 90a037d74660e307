package org.smqcluster.api;

import org.smqcluster.broker.spi.Topic;

/**
 * CDI event: a topic came into being. Fired on every node, on the broker's event thread; at a
 * node's start for the topics that the cluster has, too.
 *
 * @param broker name of the broker
 * @param topic live view of the topic
 */
public record TopicCreated(String broker, Topic topic) {}
