package org.smqcluster.admin.audit;

/** The body of a request whose parameters the audit list tells. */
public interface Audited {

  /**
   * The parameters worth recording, without secrets and payloads; may be long and contain any
   * characters.
   */
  String parameters();
}
