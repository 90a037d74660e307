/**
 * Bans of clients by UID, user or address, shared by all nodes: kept, checked at Connect, enforced
 * on connected clients.
 *
 * <p>May use {@code node}, {@code broker} and {@code cluster}. Checks run on the transports'
 * threads; connected clients are closed on the node's periodic threads.
 */
package org.smqcluster.admin.bans;
