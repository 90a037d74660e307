/**
 * Problem documents (RFC 9457): how a refused or failed request is answered.
 *
 * <p>The lowest package of {@code admin}. Runs on HTTP threads.
 */
package org.smqcluster.admin.problem;
