/**
 * The SMQ packets as records of one sealed interface, their codec and the protocol's limits (SMQ
 * section 2).
 *
 * <p>May use the JDK only: no I/O, no threads, no Jakarta EE. Runs on the threads of its callers;
 * everything is immutable or confined to one thread.
 */
package org.smqcluster.protocol;
