package org.smqcluster.security;

import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a port with TLS shows and accepts.
 *
 * @param own the node's key with its certificate chain
 * @param clients decides on the certificates that clients show
 */
public record TlsKeys(X509KeyManager own, X509TrustManager clients) {}
