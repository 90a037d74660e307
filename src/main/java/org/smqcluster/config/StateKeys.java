package org.smqcluster.config;

import java.util.List;

/** The keys of what the cluster keeps; those of last values must be the same on all nodes. */
public final class StateKeys {

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  public static final ConfigKey<List<String>> LAST_VALUE =
      KEYS.add(
          "smq.last.value",
          Kind.list(Kind.text("a pattern as in the access list")),
          "",
          "Topics whose last message is kept, one for each sub-topic, and given to each new"
              + " subscriber after its Suback; an empty message removes it. For example"
              + " /m2m/temp, plant/**.");

  public static final ConfigKey<Integer> LAST_VALUE_MAX =
      KEYS.add(
          "smq.last.value.max",
          Kind.integer(1, 1_000_000),
          "10000",
          "Last values that a broker keeps; further ones are not kept, and counted.");

  public static final ConfigKey<Integer> LAST_VALUE_BYTES =
      KEYS.add(
          "smq.last.value.bytes",
          Kind.integer(1024, 1024 * 1024 * 1024),
          "8388608",
          "Bytes of their names and payloads on each node, twice that of the heap; what would pass"
              + " them is not kept, and counted.");

  public static final ConfigKey<String> DIRECTORY =
      KEYS.add(
          "smq.state.directory",
          Kind.text("a directory"),
          "",
          "Directory of this node alone, made if it is not there, in which it keeps topic names with"
              + " their ids, last values, LED devices, bans and shared maps, for the end of all nodes"
              + " at once; empty: none.");

  private StateKeys() {}
}
