package org.smqcluster.cluster;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Keeps a table in a file, behind its writes: a change only marks its key. Of a key that changes
 * again before it is written the latest is written, so what waits is no more than the table's keys.
 * The file is written whole at the start and when it has doubled. The latest entry of a key counts:
 * {@code 1 u8, key, value}, or {@code 0 u8, key} for none.
 *
 * @param <K> key type of the table
 */
final class TableState<K> implements AutoCloseable {

  private static final Logger LOG = System.getLogger(TableState.class.getName());

  private static final int NONE = 0;
  private static final int VALUE = 1;

  private static final int RESTORE_SECONDS = 60;

  /** Entries written at a time. */
  private static final int BATCH = 1000;

  /** Marked keys that the table need not have: more of them, and the file is written whole. */
  private static final int MAX_FORGOTTEN = 10_000;

  /** Growth of a file that is not worth writing it whole, in bytes. */
  private static final long MIN_GROWTH = 1 << 20;

  private final KeptTable<K> table;
  private final StateFile file;
  private final Set<K> changed = ConcurrentHashMap.newKeySet();

  // by the thread of the directory, after the start
  private boolean isWhole;
  private long wholeSize;
  private volatile long size;

  TableState(KeptTable<K> table, StateFile file) {
    this.table = table;
    this.file = file;
  }

  /** A key of the table has another value, or none. */
  void changed(K key) {
    changed.add(key);
  }

  /**
   * Gives the cluster what the file has, and writes the file anew with what the cluster has then;
   * blocks. The table marks its changes already.
   *
   * @throws IOException if the file cannot be read or written, or the cluster does not take it; the
   *     file is as before
   */
  void restore() throws IOException {
    Map<K, byte[]> entries = new HashMap<>();
    long damaged = file.read(content -> read(content, entries));
    if (damaged > 0) {
      LOG.log(
          Level.WARNING,
          "The last {0} bytes of the state of {1} are damaged, as a power cut may leave them, and"
              + " ignored; {2} entries before them are used, and what other nodes have. The file is"
              + " kept as {3}.",
          damaged,
          table.name(),
          entries.size(),
          file.setAside());
    }
    int taken = give(entries);
    if (taken < entries.size()) {
      LOG.log(
          Level.WARNING,
          "Dropped {0} entries of the state of {1}: its bounds are smaller than they were",
          entries.size() - taken,
          table.name());
    }
    writeWhole();
  }

  private void read(DataInputStream content, Map<K, byte[]> entries) throws IOException {
    boolean isThere = content.readUnsignedByte() == VALUE;
    K key = table.keys().reader().read(content);
    if (isThere) {
      entries.put(key, content.readAllBytes());
    } else {
      entries.remove(key);
    }
  }

  private int give(Map<K, byte[]> entries) throws IOException {
    List<CompletionStage<Boolean>> written = new ArrayList<>();
    entries.forEach((key, value) -> written.add(table.restore(key, value)));
    int taken = 0;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(RESTORE_SECONDS);
    try {
      for (CompletionStage<Boolean> each : written) {
        long left = Math.max(1, deadline - System.nanoTime());
        taken += each.toCompletableFuture().get(left, TimeUnit.NANOSECONDS) ? 1 : 0;
      }
      return taken;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("The cluster does not accept the state of " + table.name(), e);
    }
  }

  /** Writes what has changed. If it fails, the next call writes it too. */
  void write() throws IOException {
    if (changed.size() > table.known().size() + MAX_FORGOTTEN) {
      isWhole = false;
    }
    if (!isWhole || file.size() > 2 * wholeSize + MIN_GROWTH) {
      writeWhole();
    } else {
      for (List<K> batch = next(); !batch.isEmpty(); batch = next()) {
        append(batch);
      }
    }
  }

  private List<K> next() {
    List<K> batch = changed.stream().limit(BATCH).toList();
    // first, so that a change from now on marks the key again
    batch.forEach(changed::remove);
    return batch;
  }

  private void append(List<K> batch) throws IOException {
    try {
      file.append(batch.stream().map(key -> content(key, table.stored(key))));
      size = file.size();
    } catch (IOException | RuntimeException e) {
      changed.addAll(batch);
      throw e;
    }
  }

  private void writeWhole() throws IOException {
    isWhole = false;
    changed.clear();
    file.replace(table.known().stream().flatMap(this::content));
    isWhole = true;
    wholeSize = file.size();
    size = wholeSize;
  }

  private Stream<byte[]> content(K key) {
    return table.stored(key).stream().map(value -> content(key, Optional.of(value)));
  }

  private byte[] content(K key, Optional<byte[]> value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(value.isPresent() ? VALUE : NONE);
      table.keys().writer().write(out, key);
      out.write(value.orElse(new byte[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Keys whose latest value is not written yet. */
  int pending() {
    return changed.size();
  }

  /** Bytes of the file. */
  long bytes() {
    return size;
  }

  @Override
  public void close() throws IOException {
    write();
    file.close();
  }
}
