package org.smqcluster.broker;

import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;

/**
 * Limits the packets that a client sends a second: one that has used them up is not read for a
 * while. Nothing is dropped. A packet costs a comparison; the clock does the rest.
 */
final class PacketRate {

  private static final int BURST_SECONDS = 2;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Pausable client;
  private final BrokerMetrics metrics;
  private final int perSecond;
  private long refilledNanos;

  /** How many packets the client may have sent since its start. */
  private volatile long allowed;

  private volatile boolean paused;

  /**
   * @param perSecond packets a second
   * @param now the broker's time, in nanoseconds
   */
  PacketRate(Pausable client, int perSecond, long now, BrokerMetrics metrics) {
    this.client = client;
    this.metrics = metrics;
    this.perSecond = perSecond;
    this.refilledNanos = now;
    this.allowed = burst();
  }

  private long burst() {
    return (long) perSecond * BURST_SECONDS;
  }

  /** Called with the number of packets received so far. The transport's thread. */
  void received(long packets) {
    if (packets >= allowed && !paused) {
      metrics.count(Counter.RATE_PAUSES);
      client.pause();
      // behind the pause: the clock must not resume what is not paused yet
      paused = true;
    }
  }

  /** Allows what the time since the last call brings. One thread. */
  void tick(long now, long packets) {
    long more = (now - refilledNanos) * perSecond / NANOS;
    if (more == 0) {
      return;
    }
    // the rest of a packet is left for the next call
    refilledNanos += more * NANOS / perSecond;
    allowed = Math.min(allowed + more, packets + burst());
    if (paused && packets < allowed) {
      paused = false;
      client.resume();
    }
  }
}
