package org.smqcluster.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.bench.load.LoadConnection;
import org.smqcluster.bench.load.Protocol;

/** Many handshakes, some dozens at a time, and the connections that they leave. */
final class ConnectStorm implements AutoCloseable {

  private static final int AT_A_TIME = 32;

  /** Each storm's clients are others. */
  private static final AtomicInteger STORMS = new AtomicInteger();

  private final Protocol protocol;
  private final int port;
  private final String uidPrefix = "storm-" + STORMS.incrementAndGet() + "-";
  private final List<LoadConnection> open = Collections.synchronizedList(new ArrayList<>());
  private final List<IOException> failures = Collections.synchronizedList(new ArrayList<>());

  ConnectStorm(Protocol protocol, int port) {
    this.protocol = protocol;
    this.port = port;
  }

  /** Makes so many connections; returns handshakes a second. */
  double run(int count) throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < AT_A_TIME; i++) {
      Thread thread = new Thread(() -> connectUntil(count, next));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  private void connectUntil(int count, AtomicInteger next) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        open.add(protocol.connect(port, uidPrefix + i));
      }
    } catch (IOException e) {
      failures.add(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (LoadConnection connection : open) {
      connection.close();
    }
  }
}
