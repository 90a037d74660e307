package org.smqcluster.admin.audit;

/** The body of a request whose parameters the audit list tells. */
public interface Audited {

  /** What matters of it, without secrets and payloads; it may be long and of any characters. */
  String parameters();
}
