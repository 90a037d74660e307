/**
 * The topics of the cluster for administration: search and traffic.
 *
 * <p>May use {@code admin.nodes}, {@code admin.paging} and {@code node}. Runs on HTTP threads and a
 * timer of the container.
 */
package org.smqcluster.admin.topics;
