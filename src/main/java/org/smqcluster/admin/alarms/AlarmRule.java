package org.smqcluster.admin.alarms;

import java.time.Duration;

/**
 * The rules of {@code alerts.yml}, as one node can judge them by itself. A split of the cluster
 * shows in {@link #NODE_DOWN} on each of its sides.
 */
public enum AlarmRule {
  NODE_DOWN("SmqNodeDown", "critical", 60, 0, 0, "is not in the cluster any more"),
  NODE_NOT_READY("SmqNodeNotReady", "warning", 600, 0, 0, "takes no clients"),
  NODE_STUCK("SmqNodeStuck", "critical", 0, 0, 20, "waits for a write to the cluster's caches (s)"),
  MESSAGES_DROPPED("SmqMessagesDropped", "warning", 300, 300, 1, "drops messages (a second)"),
  SESSIONS_LOST(
      "SmqSessionsLost", "warning", 0, 600, 0, "drops what it holds for clients (a second)"),
  CONNECTIONS_REFUSED(
      "SmqConnectionsRefused", "warning", 300, 300, 5, "refuses requests (a second)"),
  DESCRIPTORS_RUN_OUT(
      "SmqDescriptorsRunOut", "warning", 60, 0, -100, "has hardly a file descriptor left"),
  INTERNAL_ERRORS("SmqInternalErrors", "warning", 0, 900, 0, "had internal errors (a second)"),
  DELIVERY_SLOW("SmqDeliverySlow", "warning", 300, 300, 0, "is slow to deliver"),
  OUTBOXES_FILL(
      "SmqOutboxesFill", "warning", 300, 0, 60_000_000, "holds back much for its clients (bytes)"),
  MEMORY_FILLS(
      "SmqMemoryFills", "warning", 60, 0, 0.8, "will soon refuse clients or names (part of bound)"),
  DEVICES_REFUSED(
      "SmqDevicesRefused", "warning", 120, 300, 0, "has no room for LED devices (a second)"),
  BUS_QUEUE_FILLS(
      "SmqBusQueueFills", "warning", 120, 0, 16_000_000, "cannot send to another node (bytes)");

  /** Its name in {@code alerts.yml}. */
  final String alert;

  /** critical or warning. */
  final String severity;

  /** How long it must be true. */
  final Duration hold;

  /** The time of which its rate is measured; zero if its value itself counts. */
  final Duration window;

  /** Values above it make an alarm. */
  final double threshold;

  /** What a node does when it is true. */
  final String summary;

  AlarmRule(String alert, String severity, int hold, int window, double threshold, String summary) {
    this.alert = alert;
    this.severity = severity;
    this.hold = Duration.ofSeconds(hold);
    this.window = Duration.ofSeconds(window);
    this.threshold = threshold;
    this.summary = summary;
  }
}
