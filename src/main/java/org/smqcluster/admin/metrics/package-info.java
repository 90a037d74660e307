/**
 * The node's metrics at {@code /metrics}, as MicroProfile Metrics and Prometheus' text.
 *
 * <p>May use {@code node} and {@code admin.statistics}. Copies counters on a timer; gauges are read
 * on HTTP threads.
 */
package org.smqcluster.admin.metrics;
