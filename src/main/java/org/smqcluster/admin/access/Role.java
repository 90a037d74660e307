package org.smqcluster.admin.access;

import org.smqcluster.security.Administrators;

/** Whom a request of the REST interface is for. */
public enum Role {
  /** The demo pages need it: no login. */
  ANYBODY(null),
  VIEWER(Administrators.VIEWER),
  OPERATOR(Administrators.OPERATOR);

  private final String group;

  Role(String group) {
    this.group = group;
  }

  /** The container's name for it; null for anybody. */
  String group() {
    return group;
  }
}
