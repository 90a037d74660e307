/**
 * The command line of the Java client: publish, subscribe, benchmark, simulated devices.
 *
 * <p>May use {@code client}, {@code client.led} and {@code protocol}. Runs on the thread of {@code
 * main} and on the client's threads.
 */
package org.smqcluster.client.command;
