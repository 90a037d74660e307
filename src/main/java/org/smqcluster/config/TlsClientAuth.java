package org.smqcluster.config;

/** What a TLS port asks of its clients. */
public enum TlsClientAuth {
  /** No certificate is asked for. */
  NONE,
  /** A certificate is asked for; without one the client is connected all the same. */
  WANT,
  /** Without an accepted certificate the TLS handshake fails. */
  NEED
}
