/**
 * The clients of all nodes for administration: search, details, disconnecting.
 *
 * <p>May use {@code admin.nodes}, {@code admin.events}, {@code admin.paging} and {@code node}. Runs
 * on HTTP threads and answers questions of other nodes on the threads of {@code admin.nodes}.
 */
package org.smqcluster.admin.clients;
