/**
 * The bounded queue of packets for one receiver, and what follows from a queue that fills: pausing
 * publishers, stalled receivers, the budget of all outboxes together.
 *
 * <p>May use {@code protocol}. Any thread offers; one writer polls.
 */
package org.smqcluster.broker.outbox;
