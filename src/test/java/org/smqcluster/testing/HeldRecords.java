package org.smqcluster.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.SharedRecords;

/** The records of one node alone, and of another node where a test writes for it. */
public final class HeldRecords implements SharedRecords {

  private final Map<String, Versioned> records = new ConcurrentHashMap<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private int puts;

  /** How many writes were asked for. */
  public int puts() {
    return puts;
  }

  /** All records by key, those that are removed too; a live view. */
  public Map<String, Versioned> records() {
    return records;
  }

  @Override
  public CompletionStage<Void> put(String key, Supplier<Optional<Versioned>> latest) {
    puts++;
    latest.get().ifPresent(record -> set(key, record));
    return CompletableFuture.completedStage(null);
  }

  private void set(String key, Versioned record) {
    records.put(key, record);
    watchers.forEach(watcher -> watcher.changed(key, record));
  }

  @Override
  public CompletionStage<Void> remove(String key, long version, long removal) {
    set(key, new Versioned(removal, new byte[0]));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public Optional<Versioned> get(String key) {
    return Optional.ofNullable(records.get(key)).filter(record -> !record.isRemoved());
  }

  @Override
  public void watch(Watcher watcher) {
    records.forEach(watcher::changed);
    watchers.add(watcher);
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public long refused() {
    return 0;
  }
}
