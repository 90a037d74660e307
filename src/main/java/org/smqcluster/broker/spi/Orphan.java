package org.smqcluster.broker.spi;

import java.util.List;
import java.util.Optional;

/**
 * A client whose node has died, as the others know it.
 *
 * @param entry of its last connection
 * @param node the id of the life of its node
 * @param user that had authenticated
 * @param topics TIDs of its subscriptions
 */
public record Orphan(ClientEntry entry, int node, Optional<String> user, List<Integer> topics) {}
