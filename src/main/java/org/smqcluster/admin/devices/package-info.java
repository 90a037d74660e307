/**
 * The devices of all nodes for administration: pages of the list, what viewers see and what the LED
 * page shows.
 *
 * <p>May use {@code led}, {@code node}, {@code admin.paging} and {@code admin.problem}. Runs on
 * HTTP threads.
 */
package org.smqcluster.admin.devices;
