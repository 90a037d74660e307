package org.smqcluster.cluster;

import java.util.HashMap;
import java.util.Map;
import org.smqcluster.protocol.Ids;

/** Finds two names that ask for the same id first: among 100,000 there are a few. */
final class NameClash {

  private NameClash() {}

  /** The two names, in alphabetical order. */
  static String[] find() {
    Map<Integer, String> seen = new HashMap<>();
    for (int i = 0; ; i++) {
      String name = "clash-" + i;
      String other = seen.put(Ids.candidate(name, 0), name);
      if (other != null) {
        return other.compareTo(name) < 0 ? new String[] {other, name} : new String[] {name, other};
      }
    }
  }
}
