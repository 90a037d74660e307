package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Connection;

/** A transport's side of a connection that does nothing but remember. */
final class RecordingConnection implements Connection {

  final AtomicInteger wakes = new AtomicInteger();
  final List<CloseReason> closes = new ArrayList<>();
  volatile boolean paused;

  /** What closing throws, if not null. */
  volatile Error failure;

  /** What waking does beside. */
  volatile Runnable onWake = () -> {};

  @Override
  public void wake() {
    wakes.incrementAndGet();
    onWake.run();
  }

  @Override
  public synchronized void close(CloseReason reason) {
    closes.add(reason);
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
  }

  /** Why it was closed first, or null while it is open. */
  synchronized CloseReason closed() {
    return closes.isEmpty() ? null : closes.get(0);
  }
}
