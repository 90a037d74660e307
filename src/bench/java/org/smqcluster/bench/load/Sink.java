package org.smqcluster.bench.load;

import java.nio.ByteBuffer;
import org.smqcluster.client.command.Histogram;

/** A receiver under test: takes the times, and tells the source. All sinks share the figures. */
final class Sink implements LoadConnection.Receiver {

  private final Source source;
  private final Phases phases;
  private final Histogram latencies;

  Sink(Source source, Phases phases, Histogram latencies) {
    this.source = source;
    this.phases = phases;
    this.latencies = latencies;
  }

  @Override
  public void received(ByteBuffer in, int at, long now) {
    long due = in.getLong(at + Long.BYTES);
    if (phases.isMeasured(due)) {
      latencies.record(now - due);
    }
    source.received(in.getLong(at), now);
  }
}
