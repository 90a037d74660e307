/**
 * The REST resources: cluster, clients, topics, devices, events, traces, publishing, sessions.
 *
 * <p>The roof of {@code admin}: may use every package below it. Runs on HTTP threads; event streams
 * have threads of their own.
 */
package org.smqcluster.admin.api;
