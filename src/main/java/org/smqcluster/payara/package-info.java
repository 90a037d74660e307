/**
 * All reflection into the server: private members, HTTP listeners, and what the server keeps of an
 * application that is gone.
 *
 * <p>May use the JDK only. Runs on the threads of its callers; what is missing in another version
 * of the server is reported, not guessed.
 */
package org.smqcluster.payara;
