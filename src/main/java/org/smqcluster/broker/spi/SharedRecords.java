package org.smqcluster.broker.spi;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A small replicated map of bytes that all nodes hold, bounded in number and bytes. Any node may
 * write any record. Of two writes of a key the one with the higher version stays, after a split
 * too; of equal versions, the one whose bytes are greater. Reading never leaves this node.
 * Thread-safe; nothing blocks.
 */
public interface SharedRecords {

  /**
   * A record and what tells the later of two.
   *
   * @param version milliseconds since 1970, or more where the version before is not earlier
   * @param bytes never changed; none for a record that is removed
   */
  record Versioned(long version, byte[] bytes) {

    /** Whether this is the end of a record. */
    public boolean isRemoved() {
      return bytes.length == 0;
    }
  }

  /** A record was not written because its map has no room for it. */
  final class FullException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public FullException(String message) {
      super(message);
    }
  }

  /** Told of changes, on the cluster's threads, which must not be blocked. */
  interface Watcher {

    /** The record of a key has changed or is removed, on any node. */
    void changed(String key, Versioned record);
  }

  /**
   * Writes a record soon, unless the map has a later one. One write of a key is under way; what is
   * put meanwhile is conflated to the latest.
   *
   * @param latest asked when the write begins; empty if there is nothing left to write
   * @return completes when all nodes have this record or a later one; fails with {@link
   *     FullException} if there is no room
   */
  CompletionStage<Void> put(String key, Supplier<Optional<Versioned>> latest);

  /**
   * Removes a record soon, unless a later version of it has been written by then, on any node.
   *
   * @param version of the record that is to be removed
   * @param removal version of its end, above the former
   * @return completes when all nodes know
   */
  CompletionStage<Void> remove(String key, long version, long removal);

  /** The record of this key. */
  Optional<Versioned> get(String key);

  /** Adds a watcher and tells it the records of now. */
  void watch(Watcher watcher);

  /** How many records there are. */
  int size();

  /** Bytes of all keys and records. */
  long bytes();

  /** How many writes of this node were refused because there was no room. */
  long refused();
}
