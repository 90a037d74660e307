package org.smqcluster.transport.websocket.grizzly;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.smqcluster.threads.DaemonThreads;

/**
 * The timer of Tyrus' sessions. Tyrus schedules a task for each session that opens, even without an
 * idle timeout; on the server's managed executor that costs many times as much as a message.
 */
final class SessionTimer extends ScheduledThreadPoolExecutor {

  SessionTimer() {
    super(1, new DaemonThreads("smq-websocket-sessions"));
  }

  /** Null, which Tyrus takes for a timer that is not there, if there is no delay. */
  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return delay == 0 ? null : super.schedule(task, delay, unit);
  }
}
