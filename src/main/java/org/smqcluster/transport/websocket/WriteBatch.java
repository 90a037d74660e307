package org.smqcluster.transport.websocket;

import java.util.ArrayList;
import java.util.List;

/**
 * What a reading thread woke while it worked on one read: all of it is written at the end, so that
 * packets which arrived together leave together. Belongs to its thread.
 */
final class WriteBatch {

  private static final ThreadLocal<WriteBatch> OF_THREAD = ThreadLocal.withInitial(WriteBatch::new);

  private final List<OutboxDrain> woken = new ArrayList<>();
  private int depth;

  private WriteBatch() {}

  /** Runs work of a reading thread, then the writers that it woke. */
  static void run(Runnable work) {
    WriteBatch batch = OF_THREAD.get();
    batch.depth++;
    try {
      work.run();
    } finally {
      if (batch.depth == 1) {
        batch.flush();
      }
      batch.depth--;
    }
  }

  /**
   * Takes a writer if this thread is reading; if not, the caller must have another thread run it.
   */
  static boolean add(OutboxDrain writer) {
    WriteBatch batch = OF_THREAD.get();
    return batch.depth > 0 && batch.woken.add(writer);
  }

  /** A writer may wake others: the list grows while it is walked. */
  private void flush() {
    for (int i = 0; i < woken.size(); i++) {
      woken.get(i).run();
    }
    woken.clear();
  }
}
