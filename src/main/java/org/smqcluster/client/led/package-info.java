/**
 * A simulated LED device (SMQ section 5), for demonstrations and tests.
 *
 * <p>May use {@code client} and {@code protocol}. Runs on the client's event thread and on a timer
 * of its caller.
 */
package org.smqcluster.client.led;
