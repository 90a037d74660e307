/**
 * The LED demonstration: learns devices and their LEDs from their messages (SMQ section 5) and
 * shares them with all nodes.
 *
 * <p>Written with {@code api} alone, as an application would be. Runs on the broker's event thread
 * and on HTTP threads.
 */
package org.smqcluster.led;
