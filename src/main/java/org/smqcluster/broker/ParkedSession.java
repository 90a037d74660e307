package org.smqcluster.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.OutboxBudget;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.BrokerMetrics.Counter;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.Packet.Publish;

/**
 * The session of a client between two connections: receives in its place, and holds what comes.
 * Once the client is back, each topic's messages are released behind its Suback. Where two nodes
 * receive for the client during a handover, what both have is recognised by its number.
 * Thread-safe; no lock of a topic is taken under its own.
 */
final class ParkedSession implements Receiver {

  /**
   * Time after which a client that has not answered a Ping is given the messages of an id anyway.
   */
  private static final long PONG_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final int etid;
  private final Optional<String> user;
  private final OutboxBudget budget;
  private final BrokerMetrics metrics;
  private final PublisherNumbers numbers;

  /** Subscriptions that the client has not made again. */
  private final Map<TopicState, Subscription> subscriptions = new HashMap<>();

  private final Map<TopicState, Subscription> resumed = new HashMap<>();
  private final Queue<Publish> held = new ArrayDeque<>();
  private long heldBytes;

  /** Ids whose messages go to the client. */
  private final Set<Integer> released = new HashSet<>();

  private boolean inHandover;

  /** A message that was held has a sub-topic. */
  private boolean hasSubtopics;

  /** Ids whose messages wait for the client's Pong, one Pong each. */
  private final Queue<Integer> behindPong = new ArrayDeque<>(0);

  /** When {@link #tick} first found an id to wait. */
  private OptionalLong waitsSince = OptionalLong.empty();

  /** All that another node does not receive itself is held. */
  private boolean isSealed;

  private boolean ended;

  /** The client's output once it is back; kept after it left, for publishers that wait. */
  private volatile ClientOutput client;

  /** Whether the client is back and has not left again. */
  private boolean attached;

  ParkedSession(int etid, Optional<String> user, OutboxBudget budget, BrokerMetrics metrics) {
    this.etid = etid;
    this.user = user;
    this.budget = budget;
    this.metrics = metrics;
    this.numbers = new PublisherNumbers(etid);
  }

  int etid() {
    return etid;
  }

  /** Only the user that parked it may resume it. */
  boolean isOf(Optional<String> other) {
    return user.equals(other);
  }

  Optional<String> user() {
    return user;
  }

  // ---- messages

  @Override
  public synchronized Outbox.Offer deliver(Publish message) {
    if (isSealed || numbers.isRepeated(message)) {
      // it comes another way
      return Outbox.Offer.ACCEPTED;
    }
    if (released.contains(message.tid())) {
      Outbox.Offer offer = client.offer(message);
      if (offer != Outbox.Offer.CLOSED) {
        return offer;
      }
      Receiver later = client.parked();
      if (later != null && later != this) {
        // this one was left behind while the message was on its way
        return later.deliver(message);
      }
      // the client is leaving again
    }
    return hold(message);
  }

  private Outbox.Offer hold(Publish message) {
    int bytes = bytes(message);
    if (ended) {
      return Outbox.Offer.CLOSED;
    } else if (heldBytes + bytes > budget.bound()) {
      metrics.count(Counter.HELD_DROPPED);
      return Outbox.Offer.FULL;
    }
    keep(message);
    metrics.count(Counter.HELD);
    return Outbox.Offer.ACCEPTED;
  }

  private void keep(Publish message) {
    hasSubtopics |= message.subtid() != 0;
    held.add(message);
    changeBytes(bytes(message));
  }

  static int bytes(Publish message) {
    return message.encoded().rawLength() + MemoryCost.HELD;
  }

  private void changeBytes(long by) {
    heldBytes += by;
    budget.moved(by);
  }

  @Override
  public Outbox outbox() {
    return client.outbox();
  }

  // ---- parking

  synchronized void add(TopicState topic, Subscription subscription) {
    subscriptions.put(topic, subscription);
  }

  /** Puts what the old connection could not write in front of what came since. */
  synchronized void first(Collection<Publish> unwritten) {
    if (ended) {
      return;
    }
    List<Publish> later = new ArrayList<>(held);
    held.clear();
    unwritten.forEach(this::keep);
    held.addAll(later);
  }

  synchronized int subscriptionCount() {
    return subscriptions.size();
  }

  /** TIDs of the subscriptions that are parked here. */
  synchronized List<Integer> topics() {
    return subscriptions.keySet().stream().map(TopicState::tid).toList();
  }

  /** Takes out the first message, and more while all together have at most {@code maxBytes}. */
  synchronized List<Publish> take(long maxBytes) {
    List<Publish> taken = new ArrayList<>();
    long bytes = 0;
    while (!held.isEmpty() && (taken.isEmpty() || bytes + bytes(held.peek()) <= maxBytes)) {
      bytes += bytes(held.peek());
      taken.add(held.remove());
    }
    changeBytes(-bytes);
    return taken;
  }

  /** Nothing more is held: what comes from now on reaches the node that takes it over, too. */
  synchronized void seal() {
    isSealed = true;
  }

  /** The node that was to take it over has died: what comes is held again. */
  synchronized void unseal() {
    isSealed = false;
  }

  /** Bytes of the messages that are held. */
  synchronized long bytes() {
    return heldBytes;
  }

  // ---- handover

  /** Another node's part may still come: the client is not let go meanwhile. */
  synchronized void handover(boolean underWay) {
    inHandover = underWay;
    if (!underWay) {
      numbers.clear();
    }
  }

  /** What the other node held comes before what was received here, without what both have. */
  synchronized void handedOver(List<Publish> messages) {
    numbers.handedOver(messages);
    for (Iterator<Publish> each = held.iterator(); each.hasNext(); ) {
      Publish message = each.next();
      if (numbers.isRepeated(message)) {
        each.remove();
        changeBytes(-bytes(message));
      }
    }
    first(messages);
  }

  // ---- the client is back

  /** The client has its Connack. */
  synchronized void attach(ClientOutput output) {
    client = output;
    attached = true;
  }

  /** The client subscribes again; null if the subscription is not parked. */
  synchronized Subscription take(TopicState topic) {
    Subscription subscription = subscriptions.remove(topic);
    if (subscription != null) {
      resumed.put(topic, subscription);
    }
    return subscription;
  }

  /**
   * The client has been sent the Connack or Suback of an id: it gets its messages, and those to
   * come. Clients ask for the ids of sub-topics after each answer anew, and cannot tell the
   * messages of those that they do not know: where there are some, it is sent a Ping, and with its
   * Pong the questions have come.
   */
  void answered(int id, ClientOutput output) {
    if (waitsForPong(id, output)) {
      // not under the lock: it may end a client that does not read
      output.send(new Packet.Ping());
    }
  }

  private synchronized boolean waitsForPong(int id, ClientOutput output) {
    boolean waits = hasSubtopics && attached && client == output;
    if (waits) {
      behindPong.add(id);
    } else {
      release(id, output);
    }
    return waits;
  }

  /** The client has sent a Pong. */
  synchronized void answeredPing(ClientOutput output) {
    if (client == output && !behindPong.isEmpty()) {
      release(behindPong.remove(), output);
    }
  }

  /** Ends the wait of a client that sends no Pong; called a few times a second. */
  synchronized void tick(long now) {
    if (behindPong.isEmpty()) {
      waitsSince = OptionalLong.empty();
    } else if (waitsSince.isEmpty()) {
      waitsSince = OptionalLong.of(now);
    } else if (now - waitsSince.getAsLong() >= PONG_NANOS) {
      release(behindPong.remove(), client);
    }
  }

  private void release(int id, ClientOutput output) {
    if (ended || !attached || client != output || !released.add(id)) {
      return;
    }
    List<Publish> leaving = new ArrayList<>(0);
    for (Iterator<Publish> each = held.iterator(); each.hasNext(); ) {
      Publish message = each.next();
      if (message.tid() == id) {
        each.remove();
        changeBytes(-bytes(message));
        switch (client.offer(message)) {
          case CLOSED -> {
            // the client is leaving again
            leaving.add(message);
          }
          case FULL -> metrics.count(Counter.HELD_DROPPED);
          default -> {
            // on its way
          }
        }
      }
    }
    first(leaving);
  }

  /** The client leaves again before all is released: what comes is held again. */
  synchronized void detach() {
    attached = false;
    behindPong.clear();
    released.clear();
    resumed.clear();
  }

  /** Whether the client has everything, so that messages no longer have to pass here. */
  synchronized boolean isDone() {
    return attached
        && !inHandover
        && released.contains(etid)
        && subscriptions.isEmpty()
        && resumed.keySet().stream().allMatch(each -> released.contains(each.tid()));
  }

  /** Messages go to the client directly. */
  synchronized void bypass() {
    resumed.values().forEach(subscription -> subscription.receiver = client);
    resumed.clear();
  }

  /** Forgets what was not resumed. */
  void end() {
    Map<TopicState, Subscription> left;
    synchronized (this) {
      ended = true;
      left = Map.copyOf(subscriptions);
      subscriptions.clear();
      held.clear();
      changeBytes(-heldBytes);
    }
    left.forEach(TopicState::endParked);
  }
}
