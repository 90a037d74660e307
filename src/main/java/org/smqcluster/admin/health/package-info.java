/**
 * The health checks of MicroProfile Health: started, ready, live.
 *
 * <p>May use {@code node} and {@code cluster}. Runs on HTTP threads.
 */
package org.smqcluster.admin.health;
