package org.smqcluster.broker;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
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

  /** By TID or ETID, what ends the observation; it answers false if it had ended before. */
  private Map<Integer, Predicate<Observer>> observed = Map.of();

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
    return observed.containsKey(id);
  }

  synchronized int observationCount() {
    return observed.size();
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
    Refusal refusal = addObserved(topic.tid(), topic::unobserve);
    if (refusal == null && !closed) {
      topic.observe(this);
    }
    return refusal;
  }

  /** Observes an ETID; null, or why it may not. */
  synchronized Refusal observeEtid(int etid) {
    Refusal refusal = addObserved(etid, observer -> etidObservers.remove(etid, observer));
    if (refusal == null && !closed) {
      etidObservers.add(etid, this);
    }
    return refusal;
  }

  private Refusal addObserved(int id, Predicate<Observer> end) {
    Refusal refusal = observes(id) ? null : memory.charge(MemoryCost.OBSERVATION);
    if (refusal == null && !closed) {
      if (observed.isEmpty()) {
        observed = new HashMap<>(2);
      }
      observed.put(id, end);
    }
    return refusal;
  }

  /** Ends an observation of either kind; false if there was none. */
  synchronized boolean unobserve(int id) {
    return removeObserved(id).test(this);
  }

  private synchronized Predicate<Observer> removeObserved(int id) {
    Predicate<Observer> end = observed.isEmpty() ? null : observed.remove(id);
    if (end == null) {
      return observer -> false;
    }
    memory.release(MemoryCost.OBSERVATION);
    return end;
  }

  /** Tells the client; the observation of an ETID is over with it. */
  @Override
  public void changed(int id, int subscribers) {
    if (Ids.isEtid(id)) {
      removeObserved(id);
    }
    output.send(new Packet.Change(id, subscribers));
  }

  synchronized int[] subscriptions() {
    return subscriptions.keySet().stream().mapToInt(TopicState::tid).toArray();
  }

  synchronized int[] observations() {
    return observed.keySet().stream().mapToInt(Integer::intValue).toArray();
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
    InternalErrors.forEach(what, observed.values(), end -> end.test(this));
    subscriptions = Map.of();
    observed = Map.of();
  }
}
