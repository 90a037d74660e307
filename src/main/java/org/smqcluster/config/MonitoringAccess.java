package org.smqcluster.config;

/** Access to /metrics and /health. */
public enum MonitoringAccess {
  ANYBODY,
  LOOPBACK,
  VIEWERS
}
