package org.smqcluster.config;

/** Who may read what is for supervision. */
public enum MonitoringAccess {
  ANYBODY,
  LOOPBACK,
  VIEWERS
}
