/**
 * The node's figures: measured every few seconds, told to all nodes, remembered for charts.
 *
 * <p>May use {@code node} and {@code cluster}. Runs on a timer of the container.
 */
package org.smqcluster.admin.statistics;
