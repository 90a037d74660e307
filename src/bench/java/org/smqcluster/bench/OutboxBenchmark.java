package org.smqcluster.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;

/** What one packet costs on its way through an outbox, alone and in company. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OutboxBenchmark {

  private static final int BATCH = 16;
  private static final long BYTES = 1024 * 1024;

  private final EncodedPacket message =
      Packet.Publish.of(0x1234_5678, 0x4234_5678, 0, new byte[128]).encoded();
  private int wakeUps;
  private final Outbox outbox = new Outbox(BYTES, () -> wakeUps++);

  /** Each packet finds the outbox empty and wakes the writer. */
  @Benchmark
  public int oneAtATime() {
    outbox.offer(message);
    drain(outbox);
    return wakeUps;
  }

  /** Sixteen packets wait when the writer comes. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int sixteenAtATime() {
    for (int i = 0; i < BATCH; i++) {
      outbox.offer(message);
    }
    drain(outbox);
    return wakeUps;
  }

  /** Takes all that waits, as a writer does that writes it nowhere. */
  static void drain(Outbox outbox) {
    int packets = 0;
    long bytes = 0;
    for (EncodedPacket next = outbox.poll(); next != null; next = outbox.poll()) {
      packets++;
      bytes += next.rawLength();
    }
    outbox.written(packets, bytes);
  }
}
