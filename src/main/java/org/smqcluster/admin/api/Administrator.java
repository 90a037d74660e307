package org.smqcluster.admin.api;

import jakarta.ws.rs.core.SecurityContext;

/** Who administers, for the log. */
final class Administrator {

  private Administrator() {}

  static String name(SecurityContext security) {
    return security.getUserPrincipal() == null ? "somebody" : security.getUserPrincipal().getName();
  }
}
