package org.smqcluster.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;

/**
 * A message in a cluster of which the other nodes have subscribers, but of other topics: what they
 * subscribe to must not make it dearer. Their interest is told to the broker as the cluster's
 * caches do; what is forwarded is dropped behind the node's outbox, where the bus would take it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NodesBenchmark {

  private static final int PAYLOAD = 128;
  private static final int TOPICS = 1_000;
  private static final int OUTBOX_BYTES = 1 << 24;

  @Param({"1", "10", "50"})
  int otherNodes;

  private CrowdedBroker broker;
  private LoopConnection publisher;
  private EncodedPacket here;
  private EncodedPacket there;

  /** Another node, as far as the router sees it. */
  private static final class OtherNode implements RemoteNode {

    @Override
    public boolean readsVersions() {
      return true;
    }

    private final String name;
    private final Outbox outbox = new Outbox(OUTBOX_BYTES, this::drain);

    private OtherNode(String name) {
      this.name = name;
    }

    private void drain() {
      OutboxBenchmark.drain(outbox);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Outbox outbox() {
      return outbox;
    }
  }

  @Setup
  public void setUp() {
    broker = new CrowdedBroker(TOPICS, 0);
    for (int node = 0; node < otherNodes; node++) {
      OtherNode other = new OtherNode("other" + node);
      for (int topic = 0; topic < TOPICS; topic++) {
        interest(other, CrowdedBroker.otherTopic(topic));
      }
    }
    CrowdedBroker.subscribe(broker.connect(), "/bench/here");
    interest(new OtherNode("interested"), "/bench/there");
    publisher = broker.connect();
    here = message("/bench/here");
    there = message("/bench/there");
    broker.requireDelivered(1, this::publishHere);
    long before = forwarded();
    publishThere();
    if (forwarded() != before + 1) {
      throw new IllegalStateException("not forwarded to one node");
    }
  }

  private void interest(RemoteNode node, String topic) {
    broker.broker().listener().interest(node, CrowdedBroker.tid(topic), 1);
  }

  private EncodedPacket message(String topic) {
    int tid = CrowdedBroker.tid(topic);
    return Packet.Publish.of(tid, publisher.etid(), 0, new byte[PAYLOAD]).encoded();
  }

  private long forwarded() {
    return broker.broker().metrics().counted(Counter.FORWARDED);
  }

  @TearDown(Level.Iteration)
  public void check() {
    broker.requireNothingRefusedOrDropped();
  }

  /** To a subscriber of this node, while no other node has one. */
  @Benchmark
  public void publishHere() {
    publisher.send(here);
  }

  /** To one other node with subscribers. */
  @Benchmark
  public void publishThere() {
    publisher.send(there);
  }
}
