/**
 * How the container starts the node: joins the cluster, builds the brokers, opens the ports,
 * connects them with CDI.
 *
 * <p>May use every room. Runs on the container's deployment thread, and on threads of its own that
 * it names.
 */
package org.smqcluster.bootstrap;
