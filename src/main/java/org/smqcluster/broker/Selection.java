package org.smqcluster.broker;

import java.util.Optional;

/**
 * Which messages of a topic reach a handler.
 *
 * @param subtopic only those with this sub-topic; empty for all
 * @param latest false: each, in its order, and the newest is dropped if too many wait for the
 *     handler; true: of those that wait, only the latest of the same publisher, sub-topic and key,
 *     in the order in which those came
 * @param keyBytes how many of the payload's first bytes are the key, 0 to 8; for messages of which
 *     each tells the state of one of a publisher's things
 */
public record Selection(Optional<String> subtopic, boolean latest, int keyBytes) {

  /** Every message. */
  public static final Selection ALL = new Selection(Optional.empty(), false, 0);

  /** Checks the bounds. */
  public Selection {
    if (keyBytes < 0 || keyBytes > Long.BYTES) {
      throw new IllegalArgumentException("keyBytes must be 0 to " + Long.BYTES);
    }
  }

  /** What a message tells the state of, for one handler. */
  private record State(Object handler, int publisher, int subtid, long key, int keyLength) {}

  Object state(Object handler, int publisher, int subtid, byte[] payload) {
    int length = Math.min(keyBytes, payload.length);
    long key = 0;
    for (int i = 0; i < length; i++) {
      key = key << Byte.SIZE | payload[i] & 0xFF;
    }
    return new State(handler, publisher, subtid, key, length);
  }
}
