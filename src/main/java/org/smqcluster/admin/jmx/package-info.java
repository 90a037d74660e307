/**
 * The node and its brokers as MBeans.
 *
 * <p>May use {@code node} and {@code admin.statistics}. Runs on JMX threads.
 */
package org.smqcluster.admin.jmx;
