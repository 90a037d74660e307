package org.smqcluster.broker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerSettings;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.log.Causes;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * What a client asks for beside sending messages: names, subscriptions, observations. Every answer
 * is a stage that never fails; a denied request is answered with status 1.
 *
 * @param isConnected whether a client with this ETID is connected to any node
 */
record ClientRequests(
    TopicTable topics,
    BrokerSettings.Limits limits,
    BrokerHooks hooks,
    BrokerLog log,
    Refusals refusals,
    IntPredicate isConnected) {

  /** The longest name that an acknowledgement has room for, beside type, status and id. */
  private static final int MAX_ECHO = ProtocolLimits.MAX_MESSAGE - 6;

  CompletionStage<Packet> subscribe(
      ClientSession client, TopicPolicy policy, Packet.Subscribe request) {
    String name = request.topic();
    Packet denied = new Packet.Suback(false, Ids.NONE, echo(client, name));
    return answer(
        client,
        denied,
        NameSpace.TOPIC,
        name,
        policy::maySubscribe,
        () -> topics.resolve(name).thenCompose(topic -> subscribe(client, topic, denied)));
  }

  private CompletionStage<Packet> subscribe(ClientSession client, TopicState topic, Packet denied) {
    ClientTopics clientTopics = client.topics();
    boolean again = clientTopics.subscribed(topic);
    int max = limits.subscriptionsPerClient();
    if (!again && clientTopics.subscriptionCount() >= max) {
      refusals.refused(client, Refusal.TOO_MANY_SUBSCRIPTIONS, topic.name());
      return CompletableFuture.completedStage(denied);
    }
    Refusal refusal = clientTopics.subscribe(topic);
    if (refusal != null) {
      refusals.refused(client, refusal, topic.name());
      return CompletableFuture.completedStage(denied);
    }
    return clientTopics
        .known(topic)
        .whenComplete(
            (known, failure) -> {
              if (failure != null) {
                // the client is told that it is denied
                clientTopics.unsubscribe(topic);
              }
            })
        .thenApply(
            known -> {
              // it may have gone in the meantime
              if (!again && clientTopics.subscribed(topic)) {
                hooks.subscribed(client, topic.tid(), topic.name());
              }
              return new Packet.Suback(true, topic.tid(), topic.name());
            });
  }

  CompletionStage<Packet> create(ClientSession client, TopicPolicy policy, Packet.Create request) {
    String name = request.topic();
    Packet denied = new Packet.Createack(false, Ids.NONE, echo(client, name));
    return answer(
        client,
        denied,
        NameSpace.TOPIC,
        name,
        policy::mayCreate,
        () ->
            topics.resolve(name).thenApply(topic -> new Packet.Createack(true, topic.tid(), name)));
  }

  CompletionStage<Packet> createSubtopic(
      ClientSession client, TopicPolicy policy, Packet.Createsub request) {
    String name = request.subtopic();
    Packet denied = new Packet.Createsuback(false, Ids.NONE, echo(client, name));
    return answer(
        client,
        denied,
        NameSpace.SUBTOPIC,
        name,
        policy::mayCreateSubtopic,
        () -> topics.createSubtopic(name).thenApply(id -> new Packet.Createsuback(true, id, name)));
  }

  /** The name that an acknowledgement repeats; a client whose name does not fit there is closed. */
  private static String echo(ClientSession client, String name) {
    if (WireText.encode(name).length <= MAX_ECHO) {
      return name;
    }
    client.disconnect(CloseReason.PROTOCOL_ERROR, Refusal.TOPIC_NAME.text());
    return "";
  }

  /** Why a client may not have this name, or null: then {@code bytes} are charged for it. */
  private Refusal refusal(
      ClientSession client,
      NameSpace space,
      String name,
      BiPredicate<Client, String> policy,
      int bytes) {
    if (name.isEmpty() || WireText.encode(name).length > limits.topicNameBytes()) {
      return Refusal.TOPIC_NAME;
    } else if (!policy.test(client, name)) {
      return Refusal.TOPIC_DENIED;
    } else if (topics.full(space, name)) {
      return Refusal.TOO_MANY_TOPICS;
    }
    return bytes == 0 ? null : client.memory().chargeName(bytes);
  }

  /** What the cluster answers to an allowed request; {@code denied} for others, and if it fails. */
  private CompletionStage<Packet> answer(
      ClientSession client,
      Packet denied,
      NameSpace space,
      String name,
      BiPredicate<Client, String> policy,
      Supplier<CompletionStage<Packet>> cluster) {
    int bytes = topics.knows(space, name) ? 0 : MemoryCost.name(name);
    Refusal refusal = refusal(client, space, name, policy, bytes);
    if (refusal != null) {
      refusals.refused(client, refusal, name);
      return CompletableFuture.completedStage(denied);
    }
    return cluster
        .get()
        .handle(
            (packet, failure) -> {
              if (bytes > 0) {
                client.memory().settledName(bytes, topics.knows(space, name));
              }
              if (failure == null) {
                return packet;
              }
              log.clusterFailed("settle a request", failure);
              refusals.refused(client, Refusal.CLUSTER, Causes.reason(failure));
              return denied;
            });
  }

  /** SMQ section 3.7. What is denied looks like what is not there. */
  void observe(ClientSession client, TopicPolicy policy, int id) {
    ClientTopics clientTopics = client.topics();
    if (id == client.etid() || id == Ids.BROKER) {
      // neither goes before the connection does
      return;
    }
    if (!clientTopics.observes(id)
        && clientTopics.observationCount() >= limits.observationsPerClient()) {
      client.breach(
          Refusal.TOO_MANY_OBSERVATIONS,
          CloseReason.PROTOCOL_ERROR,
          Refusal.TOO_MANY_OBSERVATIONS.text());
      return;
    }
    if (!mayObserve(client, policy, id)) {
      refusals.refused(client, Refusal.TOPIC_DENIED, "");
      client.answer(new Packet.Change(id, 0));
      return;
    }
    if (Ids.isEtid(id)) {
      if (isRefused(client, clientTopics.observeEtid(id))) {
        return;
      }
      // looked up after the observation is made: of an end in between, one of the two tells
      if (!isConnected.test(id) && clientTopics.unobserve(id)) {
        client.answer(new Packet.Change(id, 0));
      }
      return;
    }
    TopicState topic = topics.topic(id);
    if (topic == null) {
      client.answer(new Packet.Change(id, 0));
    } else {
      isRefused(client, clientTopics.observe(topic));
    }
  }

  /** Closes a client whose observation is refused: there is no other answer. */
  private boolean isRefused(ClientSession client, Refusal refusal) {
    if (refusal != null) {
      client.breach(refusal, CloseReason.OUT_OF_MEMORY, refusal.text());
    }
    return refusal != null;
  }

  /** Whether the policy lets the client observe this id; unknown ids may be observed. */
  boolean mayObserve(ClientSession client, TopicPolicy policy, int id) {
    if (Ids.isEtid(id)) {
      return policy.mayObserveClients(client);
    }
    TopicState topic = topics.topic(id);
    return topic == null || topic.name().isEmpty() || policy.mayObserve(client, topic.name());
  }
}
