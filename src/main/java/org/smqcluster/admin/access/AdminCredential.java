package org.smqcluster.admin.access;

import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import java.net.InetAddress;

/** A user's name and password, and where they come from. */
final class AdminCredential extends UsernamePasswordCredential {

  private final InetAddress from;

  AdminCredential(String user, String password, InetAddress from) {
    super(user, password);
    this.from = from;
  }

  InetAddress from() {
    return from;
  }
}
