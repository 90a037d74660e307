package org.smqcluster.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.smqcluster.broker.spi.CloseReason;

/**
 * The end of a connection, alone: it costs what the client had, and not what there is beside it. A
 * thousand at a time, for one is too short to be timed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DisconnectBenchmark {

  private static final int CLIENTS = 1_000;

  @Param({"1", "100000"})
  int otherTopics;

  @Param({"1", "10000"})
  int otherClients;

  @Param({"1", "10", "100"})
  int subscriptions;

  private final LoopConnection[] clients = new LoopConnection[CLIENTS];
  private CrowdedBroker broker;

  @Setup
  public void setUp() {
    broker = new CrowdedBroker(otherTopics, otherClients);
  }

  @Setup(Level.Invocation)
  public void connect() {
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] = broker.connect();
      for (int topic = 0; topic < subscriptions; topic++) {
        CrowdedBroker.subscribe(clients[i], "/bench/" + topic);
      }
    }
  }

  @TearDown(Level.Iteration)
  public void check() {
    broker.requireNothingRefusedOrDropped();
    if (broker.broker().connections() != otherClients) {
      throw new IllegalStateException(broker.broker().connections() + " clients are left");
    }
  }

  /** The client is gone, as when its connection breaks. */
  @Benchmark
  @OperationsPerInvocation(CLIENTS)
  public void disconnect() {
    for (LoopConnection client : clients) {
      client.close(CloseReason.CONNECTION_LOST);
    }
  }
}
