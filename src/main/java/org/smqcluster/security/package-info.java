/**
 * Authentication and authorization: passwords, certificates, Jakarta Security, the access list, TLS
 * identities, allowed origins.
 *
 * <p>May use {@code broker.spi}, {@code protocol}, {@code config}, {@code payara}, {@code log} and
 * {@code threads}. Checks run on the threads of transports; passwords are checked on threads of
 * their own, files watched on {@code smq-security-files}.
 */
package org.smqcluster.security;
