package org.smqcluster.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends at a rate, whatever comes back: all that is due leaves at once, and a late message counts
 * from when it was due. On a thread of its own, for a reader that has much to read must not delay
 * what is due.
 */
final class Pacer extends Thread {

  /** How soon a connection without room is tried again. */
  private static final long RETRY_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final List<Source> sources;
  private final Sender sender;
  private final Phases phases;
  private final double interval;
  private volatile IOException failure;

  Pacer(List<Source> sources, Sender sender, Phases phases, int rate) {
    super("pacer");
    this.sources = sources;
    this.sender = sender;
    this.phases = phases;
    this.interval = 1e9 / rate;
  }

  @Override
  public void run() {
    try {
      send();
    } catch (IOException e) {
      failure = e;
    }
  }

  private void send() throws IOException {
    long next = 0;
    long due = phases.start();
    while (due - phases.end() < 0) {
      long now = System.nanoTime();
      while (due - now <= 0 && due - phases.end() < 0) {
        sources.get((int) (next % sources.size())).send(due);
        due = phases.start() + (long) (++next * interval);
      }
      boolean all = sender.flush();
      long left = due - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(all ? left : Math.min(left, RETRY_NANOS));
      }
    }
    while (!sender.flush()) {
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  /** Waits for its end. */
  void finish() throws IOException, InterruptedException {
    join();
    if (failure != null) {
      throw failure;
    }
  }
}
