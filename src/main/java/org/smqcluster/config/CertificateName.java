package org.smqcluster.config;

/** Where in a client's certificate its user name is. */
public enum CertificateName {
  /** The common name of the subject. */
  CN,
  /** The first DNS name among the subject's alternative names. */
  SAN_DNS,
  /** The first mail address among the subject's alternative names. */
  SAN_EMAIL,
  /** The first URI among the subject's alternative names. */
  SAN_URI
}
