package org.smqcluster.broker.spi;

import java.util.function.Predicate;

/**
 * Which last values a broker keeps; must be the same on all nodes.
 *
 * @param topics tells by its name whether a topic's last values are kept; called once for a topic
 * @param values bound of their number, one for each sub-topic
 * @param bytes bound of the bytes of their names and payloads together
 */
public record LastValueSettings(Predicate<String> topics, int values, long bytes) {}
