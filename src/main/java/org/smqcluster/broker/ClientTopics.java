package org.smqcluster.broker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.smqcluster.protocol.Ids;

/**
 * What one client subscribes to and observes. It ends as a whole, once; requests that are settled
 * later find it closed. Thread-safe.
 */
final class ClientTopics {

  private final Receiver receiver;
  private final Observer observer;
  private final EtidObservers etidObservers;
  private Map<Integer, Subscription> subscriptions = Map.of();
  private Map<Integer, TopicState> observedTopics = Map.of();
  private Set<Integer> observedEtids = Set.of();
  private boolean closed;

  ClientTopics(Receiver receiver, Observer observer, EtidObservers etidObservers) {
    this.receiver = receiver;
    this.observer = observer;
    this.etidObservers = etidObservers;
  }

  synchronized boolean subscribed(int tid) {
    return subscriptions.containsKey(tid);
  }

  synchronized int subscriptionCount() {
    return subscriptions.size();
  }

  synchronized boolean observes(int id) {
    return observedTopics.containsKey(id) || observedEtids.contains(id);
  }

  synchronized int observationCount() {
    return observedTopics.size() + observedEtids.size();
  }

  /** Subscribes, or finds the subscription. The stage completes when all nodes know of it. */
  CompletionStage<Void> subscribe(TopicState topic, boolean counted) {
    Subscription subscription;
    synchronized (this) {
      subscription = subscriptions.get(topic.tid());
      if (subscription == null) {
        subscription = new Subscription(topic, receiver, counted);
        if (!closed) {
          if (subscriptions.isEmpty()) {
            subscriptions = new HashMap<>(2);
          }
          subscriptions.put(topic.tid(), subscription);
          topic.subscribe(subscription);
        }
      }
    }
    return subscription.known;
  }

  /** Ends a subscription; false if there was none. */
  synchronized boolean unsubscribe(int tid) {
    Subscription subscription = subscriptions.isEmpty() ? null : subscriptions.remove(tid);
    if (subscription == null) {
      return false;
    }
    subscription.topic.unsubscribe(subscription);
    return true;
  }

  synchronized void observe(TopicState topic) {
    if (closed) {
      return;
    }
    if (observedTopics.isEmpty()) {
      observedTopics = new HashMap<>(2);
    }
    observedTopics.put(topic.tid(), topic);
    topic.observe(observer);
  }

  synchronized void observeEtid(int etid) {
    if (closed) {
      return;
    }
    if (observedEtids.isEmpty()) {
      observedEtids = new HashSet<>(2);
    }
    observedEtids.add(etid);
    etidObservers.add(etid, observer);
  }

  /** Ends an observation of either kind; false if there was none. */
  synchronized boolean unobserve(int id) {
    if (Ids.isEtid(id)) {
      return !observedEtids.isEmpty()
          && observedEtids.remove(id)
          && etidObservers.remove(id, observer);
    }
    TopicState topic = observedTopics.isEmpty() ? null : observedTopics.remove(id);
    if (topic == null) {
      return false;
    }
    topic.unobserve(observer);
    return true;
  }

  /** The observed ETID is gone, and its observation with it. */
  synchronized void etidGone(int etid) {
    if (!observedEtids.isEmpty()) {
      observedEtids.remove(etid);
    }
  }

  synchronized int[] subscriptions() {
    return subscriptions.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  synchronized int[] observations() {
    int[] ids = new int[observedTopics.size() + observedEtids.size()];
    int i = 0;
    for (int id : observedTopics.keySet()) {
      ids[i++] = id;
    }
    for (int id : observedEtids) {
      ids[i++] = id;
    }
    return ids;
  }

  /** Ends everything; the cost depends on nothing but what there is. */
  synchronized void close() {
    closed = true;
    subscriptions.values().forEach(subscription -> subscription.topic.unsubscribe(subscription));
    observedTopics.values().forEach(topic -> topic.unobserve(observer));
    observedEtids.forEach(etid -> etidObservers.remove(etid, observer));
    subscriptions = Map.of();
    observedTopics = Map.of();
    observedEtids = Set.of();
  }
}
