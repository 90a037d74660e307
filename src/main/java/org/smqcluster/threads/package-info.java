/**
 * The factory of this application's daemon threads.
 *
 * <p>May use the JDK only.
 */
package org.smqcluster.threads;
