package org.smqcluster.transport.websocket;

import java.util.ArrayList;
import java.util.List;

/**
 * What a reading thread woke while it worked on one read: all of it is written at the end, so that
 * packets which arrived together leave together.
 *
 * <p>The server's threads keep what is here for their life. So it is a list of the JDK, empty
 * between reads: an object of this class would keep the application's class loader.
 */
final class WriteBatch {

  /** The first in the list of a thread that reads; the writers that it woke follow. */
  private static final Runnable READING = () -> {};

  private static final ThreadLocal<List<Runnable>> OF_THREAD = new ThreadLocal<>();

  private WriteBatch() {}

  /** Runs work of a reading thread, then the writers that it woke. */
  static void run(Runnable work) {
    List<Runnable> batch = OF_THREAD.get();
    if (batch == null) {
      batch = new ArrayList<>();
      OF_THREAD.set(batch);
    } else if (!batch.isEmpty()) {
      work.run();
      return;
    }
    batch.add(READING);
    try {
      work.run();
    } finally {
      flush(batch);
    }
  }

  /**
   * Takes a writer if this thread is reading; if not, the caller must have another thread run it.
   */
  static boolean add(Runnable writer) {
    List<Runnable> batch = OF_THREAD.get();
    return batch != null && !batch.isEmpty() && batch.add(writer);
  }

  /** A writer may wake others: the list grows while it is walked. */
  private static void flush(List<Runnable> batch) {
    try {
      for (int i = 1; i < batch.size(); i++) {
        batch.get(i).run();
      }
    } finally {
      batch.clear();
    }
  }
}
