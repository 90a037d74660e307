/**
 * Runs nodes and simulated devices on one machine: what {@code mvn -Pcluster} starts, and what
 * tests use. Not packed into the WAR.
 *
 * <p>May use the JDK only. Runs on the thread of {@code main}; child processes are started by one
 * thread that lives as long as the process.
 */
package org.smqcluster.launcher;
