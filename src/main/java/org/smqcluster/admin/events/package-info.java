/**
 * What happened to clients, nodes and messages: recorded on each node, merged for readers, logged.
 *
 * <p>May use {@code admin.nodes}, {@code admin.statistics} and {@code node}. Recorders run on the
 * broker's threads and do not block; readers on HTTP threads.
 */
package org.smqcluster.admin.events;
