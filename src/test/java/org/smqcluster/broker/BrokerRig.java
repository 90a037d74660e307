package org.smqcluster.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.smqcluster.broker.spi.Authenticator;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerListener;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.Packet.Publish;

/** A broker of its own for a test, with a clock that the test moves, and what its hooks heard. */
final class BrokerRig {

  final NodeBroker broker;
  final List<String> events = new ArrayList<>();

  /** What was told of the last client that went. */
  String lastText;

  private long nanos = 1_000_000_000L;
  volatile boolean room = true;

  private BrokerRig(
      BrokerSettings settings,
      Authenticator authenticator,
      TopicPolicy policy,
      UnaryOperator<Cluster> around) {
    StandaloneCluster cluster = new StandaloneCluster();
    broker =
        new NodeBroker(
            "test",
            "node1",
            settings,
            around.apply(cluster),
            new BrokerHooks(authenticator, policy, List.of(new Recorder())),
            () -> room,
            () -> nanos);
    cluster.listener(broker.listener());
  }

  static BrokerRig start() {
    return start(BrokerSettings.DEFAULT);
  }

  static BrokerRig start(BrokerSettings settings) {
    return start(settings, cluster -> cluster);
  }

  static BrokerRig start(BrokerSettings settings, UnaryOperator<Cluster> around) {
    return new BrokerRig(
        settings, BrokerHooks.NONE.authenticator(), TopicPolicy.PERMIT_ALL, around);
  }

  static BrokerRig start(Authenticator authenticator, TopicPolicy policy) {
    return start(authenticator, policy, BrokerSettings.DEFAULT);
  }

  static BrokerRig start(Authenticator authenticator, TopicPolicy policy, BrokerSettings settings) {
    return new BrokerRig(settings, authenticator, policy, cluster -> cluster);
  }

  static BrokerSettings withLimits(BrokerSettings.Limits limits) {
    BrokerSettings base = BrokerSettings.DEFAULT;
    return new BrokerSettings(limits, base.timeouts(), base.outbox(), base.observeScope());
  }

  static BrokerSettings withOutbox(int bytes, BrokerSettings.OverflowPolicy policy) {
    BrokerSettings base = BrokerSettings.DEFAULT;
    return new BrokerSettings(
        base.limits(),
        base.timeouts(),
        new BrokerSettings.OutboxSettings(bytes, policy),
        base.observeScope());
  }

  /** A connection on which nothing has been sent. */
  TestClient open() {
    return new TestClient(broker, Transport.RAW);
  }

  TestClient connected(String uid) {
    return open().connected(uid);
  }

  /** Time passes, in steps as short as a clock's. */
  void pass(Duration time) {
    long step = Duration.ofMillis(250).toNanos();
    for (long left = time.toNanos(); left > 0; left -= step) {
      nanos += Math.min(step, left);
      broker.tick();
    }
  }

  /** What a broker without clients holds, to be compared: nothing may be left behind. */
  String residue() {
    long subscribed =
        broker.topics().all().stream()
            .filter(topic -> ((TopicState) topic).subscribers().size() > 0)
            .count();
    return "connections %d, clients %d, topics with subscribers %d"
        .formatted(broker.connections(), broker.clients().size(), subscribed);
  }

  private final class Recorder implements BrokerListener {

    @Override
    public void connected(Client client) {
      events.add("connected " + client.uid());
    }

    @Override
    public void disconnected(Client client, CloseReason reason, String text) {
      events.add("disconnected " + client.uid() + " " + reason);
      lastText = text;
    }

    @Override
    public void subscribed(Client client, int tid, String topic) {
      events.add("subscribed " + client.uid() + " " + topic);
    }

    @Override
    public void unsubscribed(Client client, int tid) {
      events.add("unsubscribed " + client.uid());
    }

    @Override
    public void refused(Client client, Refusal reason, String text) {
      events.add("refused " + reason);
    }

    @Override
    public void dropped(Publish message, DropReason reason) {
      events.add("dropped " + reason);
    }
  }
}
