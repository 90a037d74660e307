/**
 * Alarms: the rules of {@code server-config/monitoring/alerts.yml} that are true now, without a
 * Prometheus; shown in {@code /api/alarms} and told to a webhook.
 *
 * <p>May use {@code admin.nodes}, {@code admin.statistics}, {@code node}, {@code led} and {@code
 * config}. Looks at the figures on the node's periodic threads.
 */
package org.smqcluster.admin.alarms;
