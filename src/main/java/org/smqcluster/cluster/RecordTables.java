package org.smqcluster.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.infinispan.manager.EmbeddedCacheManager;
import org.smqcluster.broker.spi.SharedRecords;

/** The maps of shared records that are open on this node, each in a cache. Thread-safe. */
final class RecordTables {

  /** Nodes of format 1 know this map: its cache has no prefix, and no removals are kept in it. */
  private static final String DEVICES = "devices";

  private final EmbeddedCacheManager caches;
  private final CacheWrites writes;
  private final Members members;
  private final Optional<StateDirectory> state;
  private final Map<String, RecordTable> open = new ConcurrentHashMap<>();

  RecordTables(
      EmbeddedCacheManager caches,
      CacheWrites writes,
      Members members,
      Optional<StateDirectory> state) {
    this.caches = caches;
    this.writes = writes;
    this.members = members;
    this.state = state;
  }

  /** See {@link ClusterNode#records(String, int, long)}. */
  SharedRecords open(String name, int maxRecords, long maxBytes) {
    return open.computeIfAbsent(name, absent -> start(name, maxRecords, maxBytes));
  }

  private RecordTable start(String name, int maxRecords, long maxBytes) {
    boolean known = name.equals(DEVICES);
    String cache = known ? name : "map-" + name;
    caches.defineConfiguration(cache, CacheSettings.replicated(RecordTable::later));
    caches.startCaches(cache);
    RecordTable table =
        new RecordTable(
            caches.getCache(cache),
            writes,
            new RecordTable.Bounds(maxRecords, maxBytes, !known),
            members::isCoordinator,
            new Object());
    table.start();
    if (state.isPresent()) {
      try {
        state.get().keep(table);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return table;
  }

  /** By name, a copy. */
  Map<String, SharedRecords> byName() {
    return Map.copyOf(open);
  }

  Collection<RecordTable> all() {
    return open.values();
  }
}
