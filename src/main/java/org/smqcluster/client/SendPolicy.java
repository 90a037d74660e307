package org.smqcluster.client;

/** What publish does when the send buffer is full. */
public enum SendPolicy {
  /**
   * Wait until there is room. On the event thread, where waiting could block the very answer that
   * makes room, it waits only while the connection takes bytes, and fails otherwise.
   */
  BLOCK,
  /** Return a stage that failed with {@link SmqException.Kind#BUFFER_FULL}. */
  FAIL
}
