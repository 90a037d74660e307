package org.smqcluster.cluster;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A table of what outlives the nodes, as {@link TableState} keeps it in a file. Thread-safe.
 *
 * @param <K> key type of the table
 */
interface KeptTable<K> {

  String name();

  KeyForm<K> keys();

  /** The keys of now, which may change meanwhile. */
  Set<K> known();

  /** The table's value of a key, which may be a removal. */
  Optional<byte[]> stored(K key);

  /**
   * Writes an entry of the file, unless the cluster has one that wins; by the rule that the two
   * sides of a split follow. False if it had no room.
   */
  CompletionStage<Boolean> restore(K key, byte[] value);
}
