package org.smqcluster.admin.api;

import jakarta.ws.rs.core.SecurityContext;

/** Name of the administrator, for the log. */
final class Administrator {

  private Administrator() {}

  static String name(SecurityContext security) {
    return security.getUserPrincipal() == null ? "unknown" : security.getUserPrincipal().getName();
  }
}
