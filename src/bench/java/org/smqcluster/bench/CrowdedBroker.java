package org.smqcluster.bench;

import java.util.stream.Stream;
import org.smqcluster.broker.NodeBroker;
import org.smqcluster.broker.StandaloneCluster;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.protocol.PacketType;

/** A broker without sockets, with topics and clients that a benchmark does not use. */
final class CrowdedBroker {

  private final StandaloneCluster cluster = new StandaloneCluster();
  private final NodeBroker broker =
      new NodeBroker("bench", "node", settings(), cluster, BrokerHooks.NONE);

  CrowdedBroker(int otherTopics, int otherClients) {
    cluster.listener(broker.listener());
    for (int i = 0; i < otherTopics; i++) {
      cluster.resolve(NameSpace.TOPIC, otherTopic(i));
    }
    for (int i = 0; i < otherClients; i++) {
      subscribe(connect(), "/clients/" + i % 100);
    }
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

  NodeBroker broker() {
    return broker;
  }

  /** The name of one of the other topics. */
  static String otherTopic(int number) {
    return "/other/" + number;
  }

  /** Where one publishes to a topic. */
  static int tid(String topic) {
    return Ids.candidate(topic, 0);
  }

  LoopConnection connect() {
    return LoopConnection.connect(broker);
  }

  static void subscribe(LoopConnection client, String topic) {
    client.send(PacketEncoder.encode(new Packet.Subscribe(topic)));
  }

  /** Messages that outboxes of clients have taken. */
  long delivered() {
    return broker.metrics().packetsOut(PacketType.PUBLISH);
  }

  /** What is refused or dropped is quickly done: a benchmark of that would be a lie. */
  void requireNothingRefusedOrDropped() {
    long dropped = Stream.of(DropReason.values()).mapToLong(broker.metrics()::droppedCopies).sum();
    long refused = Stream.of(Refusal.values()).mapToLong(broker.metrics()::refusals).sum();
    if (dropped + refused > 0) {
      throw new IllegalStateException(dropped + " messages dropped, " + refused + " refusals");
    }
  }

  /** Fails unless what {@code publish} sends reaches so many receivers. */
  void requireDelivered(int receivers, Runnable publish) {
    long before = delivered();
    publish.run();
    long reached = delivered() - before;
    if (reached != receivers) {
      throw new IllegalStateException(reached + " receivers instead of " + receivers);
    }
    requireNothingRefusedOrDropped();
  }
}
