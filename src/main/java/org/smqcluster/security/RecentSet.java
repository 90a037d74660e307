package org.smqcluster.security;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Sets that are bounded: beyond the bound, what was added first is forgotten. */
public final class RecentSet {

  private RecentSet() {}

  /** An empty set that holds at most this many elements. Thread-safe. */
  public static <E> Set<E> of(int most) {
    return Collections.synchronizedSet(
        Collections.newSetFromMap(
            new LinkedHashMap<>() {
              @Override
              protected boolean removeEldestEntry(Map.Entry<E, Boolean> eldest) {
                return size() > most;
              }
            }));
  }
}
