package org.smqcluster.broker;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.PacketType;

/**
 * Brings a message from its publisher to its receivers: the local ones directly, those of other
 * nodes by one copy for each interested node. Takes no lock but the outboxes' own, and that of a
 * topic whose last values are kept; never waits for a peer. Runs on the publisher's thread, so that
 * one publisher's messages keep their order.
 */
final class Router {

  private final TopicTable topics;
  private final SessionRegistry sessions;
  private final Parking parking;
  private final PublishesUnderWay underWay;
  private final Cluster cluster;
  private final BrokerHooks hooks;
  private final BrokerMetrics metrics;

  /** Outboxes that publishers wait for. */
  private final Set<Outbox> congested = ConcurrentHashMap.newKeySet();

  /** Code inside this process that is addressed by ETID 1. */
  private volatile Receiver self;

  Router(
      TopicTable topics,
      SessionRegistry sessions,
      Parking parking,
      PublishesUnderWay underWay,
      Cluster cluster,
      BrokerHooks hooks,
      BrokerMetrics metrics) {
    this.topics = topics;
    this.sessions = sessions;
    this.parking = parking;
    this.underWay = underWay;
    this.cluster = cluster;
    this.hooks = hooks;
    this.metrics = metrics;
  }

  void self(Receiver receiver) {
    self = receiver;
  }

  /**
   * Routes a message of a client or of code of this node.
   *
   * @param publisher paused when a receiver's outbox cannot be written fast enough
   */
  void publish(Publish message, Pausable publisher) {
    AtomicLong turn = underWay.begin();
    try {
      int tid = message.tid();
      if (Ids.isEtid(tid)) {
        publishToClient(tid, message, publisher);
      } else if (tid == Ids.BROKER) {
        deliverTo(self, message, publisher);
      } else {
        publishToTopic(topics.topic(tid), message, publisher);
      }
    } finally {
      PublishesUnderWay.end(turn);
    }
  }

  private void publishToTopic(TopicState topic, Publish message, Pausable publisher) {
    if (topic == null) {
      drop(message, DropReason.NO_RECEIVER);
      return;
    }
    topic.published(message);
    KeptTopic kept = topic.kept();
    if (kept != null) {
      publishKept(topic, kept, message, publisher);
      return;
    }
    Delivery delivery = new Delivery(message, publisher, true);
    boolean reached = deliverLocally(topic, delivery, delivery);
    for (TopicState.Interest interest : topic.interests()) {
      reached = true;
      forward(interest.node(), message, publisher);
    }
    if (!reached) {
      drop(message, DropReason.NO_RECEIVER);
    }
  }

  /** To every node, which keeps it whether it has a subscriber or not. */
  private void publishKept(TopicState topic, KeptTopic kept, Publish message, Pausable publisher) {
    boolean reached;
    synchronized (kept) {
      VersionedMessage versioned = kept.published(message);
      Delivery delivery = new Delivery(message, publisher, true);
      reached =
          deliverLocally(topic, delivery, each -> ifLive(kept, each, 0, delivery))
              || versioned.isKept();
      boolean fits = message.payloadLength() <= VersionedMessage.MAX_PAYLOAD;
      if (fits) {
        Publish wrapped = versioned.wrapped();
        cluster.nodes().stream()
            .filter(RemoteNode::readsVersions)
            .forEach(node -> forward(node, wrapped, publisher));
      }
      for (TopicState.Interest interest : topic.interests()) {
        reached = true;
        if (!fits || !interest.node().readsVersions() || interest.node().isGone()) {
          forward(interest.node(), message, publisher);
        }
      }
    }
    kept.save(message.subtid());
    if (!reached) {
      drop(message, DropReason.NO_RECEIVER);
    }
  }

  private static void ifLive(
      KeptTopic kept, Subscription subscription, long before, Delivery delivery) {
    if (kept.receives(subscription, before)) {
      delivery.accept(subscription);
    }
  }

  /** As {@link #deliver}, for a topic whose last values the other node keeps. */
  void deliver(VersionedMessage versioned) {
    Publish message = versioned.message();
    TopicState topic = topics.topic(message.tid());
    if (topic == null) {
      return;
    }
    KeptTopic kept = topic.kept();
    Delivery delivery = new Delivery(message, UnpausableSource.INSTANCE, false);
    if (kept == null) {
      deliverLocally(topic, delivery, delivery);
      return;
    }
    synchronized (kept) {
      long before = kept.forwarded(versioned);
      deliverLocally(topic, delivery, each -> ifLive(kept, each, before, delivery));
    }
  }

  private void publishToClient(int etid, Publish message, Pausable publisher) {
    ClientSession session = sessions.byEtid(etid);
    if (session != null) {
      deliverTo(session.receiver(), message, publisher);
      return;
    }
    Optional<RemoteNode> node = cluster.ownerOf(etid);
    if (node.isPresent()) {
      forward(node.get(), message, publisher);
    } else {
      deliverTo(parking.byEtid(etid), message, publisher);
    }
  }

  private void forward(RemoteNode node, Publish message, Pausable publisher) {
    Outbox outbox = node.outbox();
    switch (outbox.offer(message.encoded())) {
      case ACCEPTED -> metrics.count(Counter.FORWARDED);
      case CONGESTED -> {
        metrics.count(Counter.FORWARDED);
        pause(publisher, outbox);
      }
      default -> drop(message, DropReason.NODE_OUTBOX_FULL);
    }
  }

  /** Delivers a message that another node forwarded: to receivers here, and no further. */
  void deliver(Publish message) {
    int tid = message.tid();
    if (Ids.isEtid(tid)) {
      ClientSession session = sessions.byEtid(tid);
      deliverTo(
          session == null ? parking.byEtid(tid) : session.receiver(),
          message,
          UnpausableSource.INSTANCE);
      return;
    }
    TopicState topic = topics.topic(tid);
    Delivery delivery = new Delivery(message, UnpausableSource.INSTANCE, false);
    if (topic == null || !deliverLocally(topic, delivery, delivery)) {
      drop(message, DropReason.NO_RECEIVER);
    }
  }

  /** Delivers to the subscribers of this node by way of a visitor; true if there was one. */
  private boolean deliverLocally(
      TopicState topic, Delivery delivery, Consumer<Subscription> visitor) {
    topic.subscribers().walk(visitor);
    int sent = delivery.sent;
    if (sent > 0) {
      long bytes = (long) sent * delivery.message.encoded().messageLength();
      metrics.accepted(PacketType.PUBLISH, sent, bytes);
    }
    return delivery.reached || sent > 0;
  }

  /** One message's walk over the subscribers of its topic. */
  private final class Delivery implements Consumer<Subscription> {

    private final Publish message;
    private final Pausable publisher;

    /**
     * False for a forwarded message: node-scoped subscribers received it on the publisher's node.
     */
    private final boolean publishedHere;

    private int sent;
    private boolean reached;

    Delivery(Publish message, Pausable publisher, boolean publishedHere) {
      this.message = message;
      this.publisher = publisher;
      this.publishedHere = publishedHere;
    }

    @Override
    public void accept(Subscription subscription) {
      reached |= subscription.counted;
      if ((publishedHere || subscription.counted)
          && offer(subscription.receiver, message, publisher)) {
        sent++;
      }
    }
  }

  private void deliverTo(Receiver receiver, Publish message, Pausable publisher) {
    if (receiver == null) {
      drop(message, DropReason.NO_RECEIVER);
    } else if (offer(receiver, message, publisher)) {
      metrics.accepted(PacketType.PUBLISH, 1, message.encoded().messageLength());
    }
  }

  private boolean offer(Receiver receiver, Publish message, Pausable publisher) {
    switch (receiver.deliver(message)) {
      case ACCEPTED -> {
        return true;
      }
      case CONGESTED -> {
        pause(publisher, receiver.outbox());
        return true;
      }
      case FULL -> drop(message, DropReason.OUTBOX_FULL);
      case TOO_LARGE -> drop(message, DropReason.TOO_LARGE_FOR_RECEIVER);
      case CLOSED -> drop(message, DropReason.RECEIVER_GONE);
    }
    return false;
  }

  private void pause(Pausable publisher, Outbox outbox) {
    if (outbox.pause(publisher)) {
      congested.add(outbox);
    }
  }

  /** Ends the waiting of publishers for receivers that do not read; called a few times a second. */
  void tick(long now) {
    for (Outbox outbox : congested) {
      if (!outbox.tick(now)) {
        congested.remove(outbox);
        if (outbox.tick(now)) {
          // another publisher began to wait before it was removed
          congested.add(outbox);
        }
      }
    }
  }

  void drop(Publish message, DropReason reason) {
    metrics.dropped(reason, 1);
    hooks.dropped(message, reason);
  }
}
