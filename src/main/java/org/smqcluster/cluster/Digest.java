package org.smqcluster.cluster;

import java.util.Map;

/**
 * A table's entries in brief: how many, and a hash that no order changes. Entries are added and
 * taken away one by one, so that a table of very many can keep it up to date.
 */
record Digest(int count, long hash) {

  static final Digest NONE = new Digest(0, 0);

  /** The digest of entries: each key with the number that changes when its entry does. */
  static Digest of(Map<?, Long> entries) {
    Digest digest = NONE;
    for (Map.Entry<?, Long> entry : entries.entrySet()) {
      digest = digest.with(entry.getKey(), entry.getValue());
    }
    return digest;
  }

  Digest with(Object key, long number) {
    return new Digest(count + 1, hash + mixed(key, number));
  }

  Digest without(Object key, long number) {
    return new Digest(count - 1, hash - mixed(key, number));
  }

  private static long mixed(Object key, long number) {
    long mixed = (key.hashCode() * 31L + number) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 32;
  }
}
