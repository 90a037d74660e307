package org.smqcluster.admin.access;

import org.smqcluster.security.Administrators;

/** The role that a REST operation requires. */
public enum Role {
  /** The demo pages need it: no login. */
  PUBLIC(null),
  /**
   * What any client of the broker learns: no login where clients need none, else that of viewers.
   */
  VISITOR(null),
  VIEWER(Administrators.VIEWER),
  OPERATOR(Administrators.OPERATOR);

  private final String group;

  Role(String group) {
    this.group = group;
  }

  /** The container's name for it; null where none is required. */
  String group() {
    return group;
  }
}
