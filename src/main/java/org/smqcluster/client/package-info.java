/**
 * The Java client of SMQ for applications: connections that fail over, subscriptions that outlive
 * them, back-pressure. Packed as a JAR of its own, not into the WAR.
 *
 * <p>May use {@code protocol} and the JDK only. Handlers run on the client's event thread.
 */
package org.smqcluster.client;
