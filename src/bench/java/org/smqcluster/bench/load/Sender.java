package org.smqcluster.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The connections that have something to send, each once. One thread at a time. */
final class Sender {

  private final List<LoadConnection> dirty = new ArrayList<>();

  void add(LoadConnection connection) {
    if (!connection.dirty()) {
      connection.dirty(true);
      dirty.add(connection);
    }
  }

  /** Sends all that can be sent now; true if nothing is left. */
  boolean flush() throws IOException {
    int left = 0;
    for (int i = 0; i < dirty.size(); i++) {
      LoadConnection connection = dirty.get(i);
      if (connection.flush()) {
        connection.dirty(false);
      } else {
        dirty.set(left++, connection);
      }
    }
    dirty.subList(left, dirty.size()).clear();
    return left == 0;
  }

  /** As {@link #flush()}; the selector says when there is room for the rest. */
  void flushOrSelect() throws IOException {
    for (int i = 0; i < dirty.size(); i++) {
      LoadConnection connection = dirty.get(i);
      boolean all = connection.flush();
      connection.awaitRoom(!all);
      connection.dirty(false);
    }
    dirty.clear();
  }
}
