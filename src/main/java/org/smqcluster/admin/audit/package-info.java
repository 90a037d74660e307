/**
 * Which administrator did what: the last operations that changed something, or showed payloads.
 *
 * <p>May use {@code admin.nodes}, {@code admin.access} and {@code node}. Runs on HTTP threads and
 * answers questions of other nodes on the threads of {@code admin.nodes}.
 */
package org.smqcluster.admin.audit;
