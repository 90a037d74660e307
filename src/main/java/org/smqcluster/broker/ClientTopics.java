package org.smqcluster.broker;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;

/**
 * What one client subscribes to and observes. It ends as a whole, once; requests that are settled
 * later find it closed. Thread-safe.
 */
final class ClientTopics implements Observer {

  private final ClientOutput output;
  private final EtidObservers etidObservers;
  private final Runnable onChange;
  private final MemoryBudget.ClientMemory memory;
  private Map<TopicState, Subscription> subscriptions = Map.of();
  private Map<Integer, TopicState> observedTopics = Map.of();
  private Set<Integer> observedEtids = Set.of();
  private boolean closed;

  /** What the client had before, or null. */
  private ParkedSession parked;

  /**
   * @param onChange is told when the subscriptions change, under the lock; must not block
   */
  ClientTopics(
      ClientOutput output,
      EtidObservers etidObservers,
      Runnable onChange,
      MemoryBudget.ClientMemory memory) {
    this.memory = memory;
    this.onChange = onChange;
    this.output = output;
    this.etidObservers = etidObservers;
  }

  synchronized boolean subscribed(TopicState topic) {
    return subscriptions.containsKey(topic);
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

  /**
   * Subscribes, unless it does already.
   *
   * @return null if it subscribes now, else why it may not
   */
  synchronized Refusal subscribe(TopicState topic) {
    if (closed || subscriptions.containsKey(topic)) {
      return null;
    }
    Refusal refusal = memory.charge(MemoryCost.SUBSCRIPTION);
    if (refusal == null) {
      onChange.run();
      if (subscriptions.isEmpty()) {
        subscriptions = new HashMap<>(2);
      }
      Subscription before = parked == null ? null : parked.take(topic);
      if (before == null) {
        Subscription subscription = new Subscription(output, true);
        if (topic.kept() != null) {
          subscription.liveSince = 0;
        }
        subscriptions.put(topic, subscription);
        topic.subscribe(subscription);
      } else {
        subscriptions.put(topic, before);
        topic.unpark(before);
      }
    }
    return refusal;
  }

  synchronized Optional<Subscription> subscription(TopicState topic) {
    return Optional.ofNullable(subscriptions.get(topic));
  }

  /** Completes when all nodes know of the subscription; at once if there is none. */
  synchronized CompletionStage<Void> known(TopicState topic) {
    Subscription subscription = subscriptions.get(topic);
    return subscription == null ? CompletableFuture.completedStage(null) : subscription.known;
  }

  /** Ends a subscription; false if there was none. */
  synchronized boolean unsubscribe(TopicState topic) {
    Subscription subscription = subscriptions.isEmpty() ? null : subscriptions.remove(topic);
    if (subscription == null) {
      return false;
    }
    onChange.run();
    topic.unsubscribe(subscription);
    memory.release(MemoryCost.SUBSCRIPTION);
    return true;
  }

  /** Observes a topic; null, or why it may not. */
  synchronized Refusal observe(TopicState topic) {
    Refusal refusal = refusalToObserve(topic.tid());
    if (refusal == null && !closed) {
      if (observedTopics.isEmpty()) {
        observedTopics = new HashMap<>(2);
      }
      observedTopics.put(topic.tid(), topic);
      topic.observe(this);
    }
    return refusal;
  }

  /** Observes an ETID; null, or why it may not. */
  synchronized Refusal observeEtid(int etid) {
    Refusal refusal = refusalToObserve(etid);
    if (refusal == null && !closed) {
      if (observedEtids.isEmpty()) {
        observedEtids = new HashSet<>(2);
      }
      observedEtids.add(etid);
      etidObservers.add(etid, this);
    }
    return refusal;
  }

  private Refusal refusalToObserve(int id) {
    return observes(id) ? null : memory.charge(MemoryCost.OBSERVATION);
  }

  /** Ends an observation of either kind; false if there was none. */
  synchronized boolean unobserve(int id) {
    if (Ids.isEtid(id)) {
      return removeEtid(id) && etidObservers.remove(id, this);
    }
    TopicState topic = observedTopics.isEmpty() ? null : observedTopics.remove(id);
    if (topic == null) {
      return false;
    }
    topic.unobserve(this);
    memory.release(MemoryCost.OBSERVATION);
    return true;
  }

  private synchronized boolean removeEtid(int etid) {
    boolean removed = !observedEtids.isEmpty() && observedEtids.remove(etid);
    if (removed) {
      memory.release(MemoryCost.OBSERVATION);
    }
    return removed;
  }

  /** Tells the client; the observation of an ETID is over with it. */
  @Override
  public void changed(int id, int subscribers) {
    if (Ids.isEtid(id)) {
      removeEtid(id);
    }
    output.send(new Packet.Change(id, subscribers));
  }

  synchronized int[] subscriptions() {
    return subscriptions.keySet().stream().mapToInt(TopicState::tid).toArray();
  }

  synchronized int[] observations() {
    return Stream.concat(observedTopics.keySet().stream(), observedEtids.stream())
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** What the client had before; null once nothing of it is left. */
  synchronized void resume(ParkedSession before) {
    parked = before;
  }

  /** Ends observations and parks subscriptions, except those that wait for last values. */
  synchronized void park(ParkedSession session) {
    Map<TopicState, Subscription> parking = new HashMap<>(subscriptions);
    parking.values().removeIf(each -> each.liveSince == 0);
    parking.forEach(session::add);
    InternalErrors.forEach(
        "the parking of a client's subscriptions",
        parking.entrySet(),
        each -> each.getKey().park(each.getValue()));
    parking.keySet().forEach(subscriptions::remove);
    close();
  }

  /** Ends everything; the cost depends on nothing but what there is. */
  synchronized void close() {
    closed = true;
    String what = "the end of a client's subscriptions";
    InternalErrors.forEach(
        what, subscriptions.entrySet(), each -> each.getKey().unsubscribe(each.getValue()));
    InternalErrors.forEach(what, observedTopics.values(), topic -> topic.unobserve(this));
    InternalErrors.forEach(what, observedEtids, etid -> etidObservers.remove(etid, this));
    subscriptions = Map.of();
    observedTopics = Map.of();
    observedEtids = Set.of();
  }
}
