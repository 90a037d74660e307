/**
 * This node's membership of the cluster: replicated Infinispan caches, the JGroups bus for messages
 * between nodes, formats between nodes, repair after splits.
 *
 * <p>May use {@code broker.spi}, {@code broker.outbox}, {@code protocol}, {@code config}, {@code
 * log} and {@code threads}; the only room that knows Infinispan and JGroups. Cache writes begin on
 * the thread {@code smq-cluster-writes}; listeners run on Infinispan's and JGroups' threads, which
 * nothing may block.
 */
package org.smqcluster.cluster;
