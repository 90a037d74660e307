package org.smqcluster.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.LastValue;
import org.smqcluster.broker.spi.RemoteNode;
import org.smqcluster.broker.spi.Topic;
import org.smqcluster.protocol.Packet.Publish;

/**
 * A topic: its subscribers on this node, the other nodes with subscribers, and its observers.
 * Changes are made under the topic's own lock; a publish takes none.
 */
final class TopicState implements Topic {

  /** Another node with subscribers. */
  record Interest(RemoteNode node, int announced) {

    int subscribers() {
      return announced & ~Cluster.PARKED;
    }
  }

  private static final Interest[] NONE = {};

  private final int tid;
  private final String nodeName;
  private final Cluster cluster;
  private final BrokerHooks hooks;
  private final boolean countCluster;
  private final SubscriberSet subscribers = new SubscriberSet();
  private final AtomicLong messages = new AtomicLong();
  private volatile String name = "";
  private volatile Interest[] interests = NONE;
  private volatile int counted;

  /** Subscriptions of parked clients; guarded by this. */
  private int parked;

  private volatile Consumer<Publish> tap;
  private volatile KeptTopic kept;
  private Set<Observer> observers = Set.of();

  TopicState(
      int tid,
      String nodeName,
      Cluster cluster,
      BrokerHooks hooks,
      BrokerSettings.ObserveScope scope) {
    this.tid = tid;
    this.nodeName = nodeName;
    this.cluster = cluster;
    this.hooks = hooks;
    this.countCluster = scope == BrokerSettings.ObserveScope.CLUSTER;
  }

  @Override
  public int tid() {
    return tid;
  }

  @Override
  public String name() {
    return name;
  }

  void name(String learnt) {
    name = learnt;
  }

  @Override
  public int localSubscribers() {
    return counted;
  }

  @Override
  public int clusterSubscribers() {
    int count = counted;
    for (Interest interest : interests) {
      count += interest.subscribers();
    }
    return count;
  }

  @Override
  public Map<String, Integer> subscribersByNode() {
    Map<String, Integer> all = new TreeMap<>();
    if (counted > 0) {
      all.put(nodeName, counted);
    }
    for (Interest interest : interests) {
      all.merge(interest.node().name(), interest.subscribers(), Integer::sum);
    }
    return all;
  }

  /** What keeps its last values; null, the usual case, if they are not kept. */
  KeptTopic kept() {
    return kept;
  }

  void kept(KeptTopic keeping) {
    kept = keeping;
  }

  @Override
  public List<LastValue> lastValues() {
    KeptTopic keeping = kept;
    return keeping == null ? List.of() : keeping.values();
  }

  /** See {@link NodeBroker#tapTopic}. */
  void tap(Consumer<Publish> watching) {
    tap = watching;
  }

  @Override
  public long messages() {
    return messages.get();
  }

  void published(Publish message) {
    // more than one publisher is rare and a lost increment is not: lazySet would lose some
    messages.incrementAndGet();
    Consumer<Publish> watching = tap;
    if (watching != null) {
      watching.accept(message);
    }
  }

  SubscriberSet subscribers() {
    return subscribers;
  }

  /** The other nodes with subscribers; never written to. */
  Interest[] interests() {
    return interests;
  }

  /** Adds a subscription; {@link Subscription#known} completes when all nodes know of it. */
  synchronized void subscribe(Subscription subscription) {
    subscribers.add(subscription);
    if (subscription.counted) {
      subscription.known = count(1, 0);
    }
  }

  /** The client is parked: it receives, and does not count. */
  synchronized void park(Subscription subscription) {
    subscription.known = count(-1, 1);
  }

  /** The client is back. */
  synchronized void unpark(Subscription subscription) {
    subscription.known = count(1, -1);
  }

  synchronized void addParked(Subscription subscription) {
    subscribers.add(subscription);
    subscription.known = count(0, 1);
  }

  synchronized void endParked(Subscription subscription) {
    subscribers.remove(subscription);
    count(0, -1);
  }

  synchronized void unsubscribe(Subscription subscription) {
    subscribers.remove(subscription);
    if (subscription.counted) {
      count(-1, 0);
    }
  }

  private CompletionStage<Void> count(int more, int moreParked) {
    counted += more;
    parked += moreParked;
    if (more != 0) {
      hooks.subscribersChanged(this);
      notifyObservers();
    }
    return cluster.announceInterest(tid, counted + (parked > 0 ? Cluster.PARKED : 0));
  }

  /** Another node has this many subscribers now, {@link Cluster#PARKED} added; 0 for none. */
  synchronized void interest(RemoteNode node, int subscribersThere) {
    int before = clusterSubscribers();
    List<Interest> changed = new ArrayList<>(List.of(interests));
    changed.removeIf(each -> each.node() == node);
    if (subscribersThere > 0) {
      changed.add(new Interest(node, subscribersThere));
    }
    interests = changed.toArray(NONE);
    if (clusterSubscribers() == before) {
      return;
    }
    hooks.subscribersChanged(this);
    if (countCluster) {
      notifyObservers();
    }
  }

  private void notifyObservers() {
    if (!observers.isEmpty()) {
      int count = observedCount();
      observers.forEach(observer -> observer.changed(tid, count));
    }
  }

  private int observedCount() {
    return countCluster ? clusterSubscribers() : counted;
  }

  /** Adds an observer and tells it the count of now; each later change of it is told once. */
  synchronized void observe(Observer observer) {
    if (observers.isEmpty()) {
      observers = new LinkedHashSet<>(2);
    }
    observers.add(observer);
    observer.changed(tid, observedCount());
  }

  /** Ends an observation; false if it had ended before. */
  synchronized boolean unobserve(Observer observer) {
    boolean removed = !observers.isEmpty() && observers.remove(observer);
    if (removed && observers.isEmpty()) {
      observers = Set.of();
    }
    return removed;
  }
}
