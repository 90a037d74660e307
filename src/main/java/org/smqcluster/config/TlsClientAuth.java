package org.smqcluster.config;

/** What a TLS port asks of its clients. */
public enum TlsClientAuth {
  /** No certificate is asked for. */
  NONE,
  /** A certificate is asked for; a client without one may connect, too. */
  WANT,
  /** Without an accepted certificate the TLS handshake fails. */
  NEED
}
