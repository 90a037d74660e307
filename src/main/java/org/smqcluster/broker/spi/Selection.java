package org.smqcluster.broker.spi;

import java.util.Optional;

/**
 * Which messages of a topic reach a handler of application code.
 *
 * @param subtopic only those with this sub-topic; empty for all
 * @param latest false: each message, in order, until 10,000 of them or 16 MiB wait for the handlers
 *     of this node's application; then the newest is dropped and counted. True: of those that wait,
 *     only the latest of the same publisher, sub-topic and key
 * @param keyBytes number of the payload's first bytes that are the key, 0 to 8, with {@code
 *     latest}: for messages that each tell the state of one of several things of their publisher
 */
public record Selection(Optional<String> subtopic, boolean latest, int keyBytes) {

  /** Every message. */
  public static final Selection ALL = new Selection(Optional.empty(), false, 0);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if {@code keyBytes} is not 0 to 8
   */
  public Selection {
    if (keyBytes < 0 || keyBytes > Long.BYTES) {
      throw new IllegalArgumentException("keyBytes must be 0 to " + Long.BYTES);
    }
  }
}
