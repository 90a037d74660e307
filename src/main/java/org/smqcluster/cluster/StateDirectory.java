package org.smqcluster.cluster;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.log.LimitedLog;
import org.smqcluster.threads.DaemonThreads;

/**
 * Where a node keeps what outlives the end of all nodes: a file for each table, written by one
 * thread behind the replicated caches, a few times a second. Thread-safe.
 */
public final class StateDirectory implements AutoCloseable {

  private static final LimitedLog LOG = new LimitedLog(StateDirectory.class);
  private static final long PAUSE_MILLIS = 200;
  private static final long LAST_WRITE_SECONDS = 10;

  private final Path path;
  private final FileChannel lock;
  private final List<TableState<?>> tables = new CopyOnWriteArrayList<>();
  private final LongAdder failures = new LongAdder();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("smq-state"));

  private StateDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Opens a directory, which is made if it is not there, for this node alone.
   *
   * @throws IOException with what is wrong with it and what to do
   */
  public static StateDirectory open(Path path) throws IOException {
    Path file = path.resolve("lock");
    FileChannel lock;
    try {
      create(path);
      StateFile.isThere(file);
      lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("it or its parent is not a directory", e);
    } catch (AccessDeniedException e) {
      throw new IOException("this process may not write there", e);
    } catch (IOException e) {
      throw new IOException("it cannot be written: " + e, e);
    }
    StateDirectory directory = new StateDirectory(path, lock);
    if (!directory.isLocked()) {
      lock.close();
      throw new IOException("another process uses it; each node needs one of its own");
    }
    directory.thread.scheduleWithFixedDelay(
        () -> InternalErrors.contain("the writing of the state", directory::write),
        PAUSE_MILLIS,
        PAUSE_MILLIS,
        TimeUnit.MILLISECONDS);
    return directory;
  }

  /**
   * Makes the directory, readable for this user alone: its files hold bans and what clients have
   * published.
   */
  private static void create(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(path);
    }
  }

  /** Whether this process, and no other node in it, has the lock, which ends with the process. */
  private boolean isLocked() throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /**
   * Gives the cluster what is kept of a table, and keeps the table from now on; blocks.
   *
   * @throws IOException if that fails; the node must not start then
   */
  <K, T extends CacheTable<K, ?> & KeptTable<K>> void keep(T table) throws IOException {
    TableState<K> state =
        new TableState<>(table, new StateFile(path.resolve(table.name() + ".state")));
    table.keptBy(state::changed);
    state.restore();
    tables.add(state);
  }

  private void write() {
    for (TableState<?> table : tables) {
      try {
        table.write();
      } catch (IOException | RuntimeException e) {
        failures.increment();
        LOG.log(
            Level.WARNING,
            "Cannot write the state in {0}, trying again: {1}. Changes since then would be lost if"
                + " all nodes ended now.",
            path,
            e.toString());
      }
    }
  }

  /** Entries whose latest value is not on the disk yet. */
  public long pending() {
    return tables.stream().mapToLong(TableState::pending).sum();
  }

  /** Bytes of all files. */
  public long bytes() {
    return tables.stream().mapToLong(TableState::bytes).sum();
  }

  /** How often a table could not be written. */
  public long failures() {
    return failures.sum();
  }

  /** Writes what is left; the caches are not needed for it. */
  @Override
  public void close() {
    thread.shutdown();
    InternalErrors.contain(
        "the end of the state directory",
        () -> thread.awaitTermination(LAST_WRITE_SECONDS, TimeUnit.SECONDS));
    for (TableState<?> table : tables) {
      InternalErrors.contain("the end of the state directory", table::close);
    }
    InternalErrors.contain("the end of the state directory", lock::close);
  }
}
