package org.smqcluster.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.smqcluster.broker.Broker;
import org.smqcluster.broker.BrokerHooks;
import org.smqcluster.broker.BrokerSettings;
import org.smqcluster.broker.NameSpace;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
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

  private Broker broker;
  private LoopConnection publisher;
  private EncodedPacket toTopic;
  private EncodedPacket toClient;

  @Setup
  public void setUp() {
    StandaloneCluster cluster = new StandaloneCluster();
    broker = new Broker("bench", "node", settings(), cluster, BrokerHooks.NONE);
    cluster.listener(broker.listener());
    publisher = LoopConnection.connect(broker);
    for (int i = 1; i < otherTopics; i++) {
      cluster.resolve(NameSpace.TOPIC, "/other/" + i);
    }
    for (int i = 0; i < otherClients; i++) {
      subscribe(LoopConnection.connect(broker), "/clients/" + i % 100);
    }
    LoopConnection receiver = LoopConnection.connect(broker);
    subscribe(receiver, "/bench");
    for (int i = 1; i < subscribers; i++) {
      subscribe(LoopConnection.connect(broker), "/bench");
    }
    byte[] payload = new byte[PAYLOAD];
    int tid = Ids.candidate("/bench", 0);
    toTopic = Packet.Publish.of(tid, publisher.etid(), 0, payload).encoded();
    toClient = Packet.Publish.of(receiver.etid(), publisher.etid(), 0, payload).encoded();
  }

  /** Room for the topics of the benchmark beside the others. */
  private static BrokerSettings settings() {
    BrokerSettings defaults = BrokerSettings.DEFAULT;
    BrokerSettings.Limits limits = defaults.limits();
    return new BrokerSettings(
        new BrokerSettings.Limits(
            limits.topicNameBytes(),
            2 * limits.topics(),
            limits.subscriptionsPerClient(),
            limits.observationsPerClient(),
            limits.clients(),
            limits.clientsPerAddress()),
        defaults.timeouts(),
        defaults.outbox(),
        defaults.observeScope());
  }

  private static void subscribe(LoopConnection client, String topic) {
    client.send(PacketEncoder.encode(new Packet.Subscribe(topic)));
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
    LoopConnection client = LoopConnection.connect(broker);
    subscribe(client, "/bench");
    client.send(PacketEncoder.encode(new Packet.Disconnect("")));
  }
}
