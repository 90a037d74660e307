package org.smqcluster.admin.bans;

import java.time.Instant;

/**
 * Clients that may not connect.
 *
 * @param value the UID as it is shown, the user's name, or the IP address
 * @param until when it ends; null for never
 * @param reason for people; told to the client as well
 * @param by the administrator
 * @param since when it was made; of two bans of one value the later one holds
 */
public record Ban(Kind kind, String value, Instant until, String reason, String by, Instant since) {

  public enum Kind {
    UID,
    USER,
    ADDRESS
  }

  boolean holds(Instant now) {
    return until == null || until.isAfter(now);
  }

  String key() {
    return key(kind, value);
  }

  static String key(Kind kind, String value) {
    return kind + ":" + value;
  }
}
