package org.smqcluster.admin.bans;

/** What a ban is about. */
public enum BanKind {
  UID,
  USER,
  ADDRESS
}
