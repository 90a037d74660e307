package org.smqcluster.client.command;

import java.util.List;
import org.smqcluster.client.Message;

/** Takes a client's messages, on its event thread. Its results are read when all is over. */
final class BenchReceiver {

  private final List<BenchSource> sources;
  private final BenchClock clock;
  private final Histogram latencies = new Histogram();
  private volatile long received;

  /**
   * @param sources the publishers by their numbers; complete before the first message
   */
  BenchReceiver(List<BenchSource> sources, BenchClock clock) {
    this.sources = sources;
    this.clock = clock;
  }

  void take(Message message) {
    long now = System.nanoTime();
    BenchMessage content = BenchMessage.of(message.payload());
    if (clock.isMeasured(content.due())) {
      latencies.record(now - content.due());
      received = latencies.total();
    }
    sources.get(content.source()).received(content);
  }

  Histogram latencies() {
    return latencies;
  }

  /** Measured messages so far. Any thread. */
  long received() {
    return received;
  }
}
