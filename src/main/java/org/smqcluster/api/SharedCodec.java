package org.smqcluster.api;

/**
 * Makes bytes of the values of a {@link SharedMap} and values of bytes. During a rolling upgrade
 * nodes of two releases read each other's bytes: a codec must skip what it does not know, and read
 * what the release before wrote. Thread-safe.
 *
 * @param <V> type of the values
 */
public interface SharedCodec<V> {

  /** The bytes of a value, at least one. */
  byte[] encode(V value);

  /**
   * The inverse of {@link #encode}.
   *
   * @throws RuntimeException if this release cannot read it; the entry is then ignored on this
   *     node, with a line in the log
   */
  V decode(byte[] bytes);

  /** Stands for Jakarta JSON Binding, which skips properties that a type does not have. */
  abstract class JsonBinding implements SharedCodec<Object> {}
}
