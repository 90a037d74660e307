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
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;

/**
 * A message from the session to the last receiver's buffer, and that neither other topics nor other
 * clients make it dearer: compare the rows with few and with many of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingBenchmark {

  private static final int PAYLOAD = 128;

  @Param({"1", "100000"})
  int otherTopics;

  @Param({"1", "10000"})
  int otherClients;

  @Param({"1", "100"})
  int subscribers;

  private CrowdedBroker broker;
  private LoopConnection publisher;
  private EncodedPacket toTopic;
  private EncodedPacket toClient;

  @Setup
  public void setUp() {
    broker = new CrowdedBroker(otherTopics, otherClients);
    publisher = broker.connect();
    LoopConnection receiver = broker.connect();
    CrowdedBroker.subscribe(receiver, "/bench");
    for (int i = 1; i < subscribers; i++) {
      CrowdedBroker.subscribe(broker.connect(), "/bench");
    }
    byte[] payload = new byte[PAYLOAD];
    int tid = CrowdedBroker.tid("/bench");
    toTopic = Packet.Publish.of(tid, publisher.etid(), 0, payload).encoded();
    toClient = Packet.Publish.of(receiver.etid(), publisher.etid(), 0, payload).encoded();
    broker.requireDelivered(subscribers, this::publishToTopic);
    broker.requireDelivered(1, this::publishToClient);
  }

  @TearDown(Level.Iteration)
  public void check() {
    broker.requireNothingRefusedOrDropped();
  }

  /** One message to all subscribers; divide by their number for the cost of a delivery. */
  @Benchmark
  public void publishToTopic() {
    publisher.send(toTopic);
  }

  @Benchmark
  public void publishToClient() {
    publisher.send(toClient);
  }

  /** A client that comes, subscribes to one topic and goes. */
  @Benchmark
  public void connectSubscribeDisconnect() {
    LoopConnection client = broker.connect();
    CrowdedBroker.subscribe(client, "/bench");
    client.send(PacketEncoder.encode(new Packet.Disconnect("")));
  }
}
