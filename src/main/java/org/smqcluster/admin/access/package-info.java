/**
 * Access to the REST interface and the console: logins, roles, request origin, security headers,
 * bounds of request bodies.
 *
 * <p>May use {@code node}, {@code security} and {@code config}. Runs on HTTP threads.
 */
package org.smqcluster.admin.access;
