package org.smqcluster.security;

/**
 * Remembers by topic id what a client may publish to: a small hash table of ints, one a topic that
 * the client has used. Bounded: at {@value #MAX_ENTRIES} topics it begins anew. For one thread at a
 * time.
 */
final class PublishPermissionCache {

  static final int UNKNOWN = 0;
  static final int ALLOWED = 1;
  static final int DENIED = 2;

  /** The key that stands for every client's ETID; TIDs are below it. */
  static final int ANY_CLIENT = 1 << 30;

  static final int MAX_ENTRIES = 4096;

  private static final int FIRST_SIZE = 8;
  private static final int ALLOWED_BIT = 1 << 31;

  /** Keys are below 2^31 and not 0; the top bit says allowed, 0 is an empty place. */
  private int[] table = new int[FIRST_SIZE];

  private int entries;

  int get(int key) {
    int[] places = table;
    int mask = places.length - 1;
    for (int i = hash(key) & mask; ; i = i + 1 & mask) {
      int entry = places[i];
      if ((entry & ~ALLOWED_BIT) == key) {
        return entry < 0 ? ALLOWED : entry == 0 ? UNKNOWN : DENIED;
      } else if (entry == 0) {
        return UNKNOWN;
      }
    }
  }

  /** Remembers a decision for a key that is unknown so far. */
  void put(int key, boolean allowed) {
    if (entries == MAX_ENTRIES) {
      clear();
    } else if (entries * 2 >= table.length) {
      grow();
    }
    insert(table, allowed ? key | ALLOWED_BIT : key);
    entries++;
  }

  void clear() {
    table = new int[FIRST_SIZE];
    entries = 0;
  }

  private void grow() {
    int[] larger = new int[table.length * 2];
    for (int entry : table) {
      if (entry != 0) {
        insert(larger, entry);
      }
    }
    table = larger;
  }

  private static void insert(int[] places, int entry) {
    int mask = places.length - 1;
    int i = hash(entry & ~ALLOWED_BIT) & mask;
    while (places[i] != 0) {
      i = i + 1 & mask;
    }
    places[i] = entry;
  }

  /** Ids are random, but a client can choose the names that they are made of. */
  private static int hash(int key) {
    int h = key * 0x9E3779B9;
    return h ^ h >>> 16;
  }
}
