/**
 * What reaches the log: one line a minute and kind of what peers cause, their text escaped and cut.
 * {@link org.smqcluster.log.LimitedLog} is for this application's own lines that a peer can cause;
 * {@link org.smqcluster.log.LogGuard} stands in front of the server's log handlers for all others;
 * {@link org.smqcluster.log.Causes} finds what a failure comes from.
 */
package org.smqcluster.log;
