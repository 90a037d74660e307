package org.smqcluster.protocol;

/**
 * The id spaces. Topics (TIDs), clients (ETIDs) and sub-topics are numbered by positive 32-bit
 * integers; bit 30 tells an ETID from a TID, so the two can never meet.
 */
public final class Ids {

  /** No id: a denied request, or "no sub-topic". */
  public static final int NONE = 0;

  /** The ETID of the broker itself (SMQ section 3.11). */
  public static final int BROKER = 1;

  private static final int ETID_BIT = 1 << 30;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Ids() {}

  /** Whether the id is of the clients' space; the broker's own ETID is not. */
  public static boolean isEtid(int id) {
    return (id & 0xC0000000) == ETID_BIT;
  }

  /** Makes an ETID of any random bits. */
  public static int etid(int random) {
    return random & (ETID_BIT - 1) | ETID_BIT;
  }

  /**
   * The id that a topic's or sub-topic's name asks for. It depends on nothing but its arguments, so
   * two nodes that do not see each other agree on it.
   *
   * @param name the name
   * @param probe 0 first; 1, 2, ... where another name holds the id of the probe before
   * @return an id from 2 to 2^30 - 1
   */
  public static int candidate(String name, int probe) {
    long hash = FNV_OFFSET ^ probe;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    // FNV mixes its high bits badly for short names: finish as MurmurHash3 does
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    int id = (int) hash & (ETID_BIT - 1);
    return id > BROKER ? id : candidate(name, probe + 1);
  }
}
