package org.smqcluster.broker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.smqcluster.broker.spi.Client;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.NameSpace;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * What a client asks for beside sending messages: names, subscriptions, observations. Every answer
 * is a stage that never fails; a denied request is answered with status 1.
 */
final class ClientRequests {

  /** The longest name that an acknowledgement has room for, beside type, status and id. */
  private static final int MAX_ECHO = ProtocolLimits.MAX_MESSAGE - 6;

  private final NodeBroker broker;

  ClientRequests(NodeBroker broker) {
    this.broker = broker;
  }

  CompletionStage<Packet> subscribe(
      ClientSession client, TopicPolicy policy, Packet.Subscribe request) {
    String name = request.topic();
    Packet denied = new Packet.Suback(false, Ids.NONE, echo(client, name));
    return answer(
        client,
        denied,
        allowed(client, NameSpace.TOPIC, name, policy::maySubscribe),
        () ->
            broker
                .topicTable()
                .resolve(name)
                .thenCompose(topic -> subscribe(client, topic, denied)));
  }

  private CompletionStage<Packet> subscribe(ClientSession client, TopicState topic, Packet denied) {
    ClientTopics clientTopics = client.topics();
    boolean again = clientTopics.subscribed(topic.tid());
    int max = broker.settings().limits().subscriptionsPerClient();
    if (!again && clientTopics.subscriptionCount() >= max) {
      broker.refused(client, Refusal.TOO_MANY_SUBSCRIPTIONS, topic.name());
      return CompletableFuture.completedStage(denied);
    }
    return clientTopics
        .subscribe(topic, true)
        .thenApply(
            known -> {
              // it may have gone in the meantime
              if (!again && clientTopics.subscribed(topic.tid())) {
                broker.hooks().subscribed(client, topic.tid(), topic.name());
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
        allowed(client, NameSpace.TOPIC, name, policy::mayCreate),
        () ->
            broker
                .topicTable()
                .resolve(name)
                .thenApply(topic -> new Packet.Createack(true, topic.tid(), name)));
  }

  CompletionStage<Packet> createSubtopic(
      ClientSession client, TopicPolicy policy, Packet.Createsub request) {
    String name = request.subtopic();
    Packet denied = new Packet.Createsuback(false, Ids.NONE, echo(client, name));
    return answer(
        client,
        denied,
        allowed(client, NameSpace.SUBTOPIC, name, policy::mayCreateSubtopic),
        () ->
            broker
                .topicTable()
                .resolveSubtopic(name)
                .thenApply(id -> new Packet.Createsuback(true, id, name)));
  }

  /** What an acknowledgement repeats; a name that it has no room for ends the client. */
  private static String echo(ClientSession client, String name) {
    if (WireText.encode(name).length <= MAX_ECHO) {
      return name;
    }
    client.disconnect(CloseReason.PROTOCOL_ERROR, Refusal.TOPIC_NAME.text());
    return "";
  }

  private boolean allowed(
      ClientSession client, NameSpace space, String name, BiPredicate<Client, String> policy) {
    Refusal refusal = null;
    if (name.isEmpty()
        || WireText.encode(name).length > broker.settings().limits().topicNameBytes()) {
      refusal = Refusal.TOPIC_NAME;
    } else if (!policy.test(client, name)) {
      refusal = Refusal.TOPIC_DENIED;
    } else if (broker.topicTable().full(space, name)) {
      refusal = Refusal.TOO_MANY_TOPICS;
    }
    if (refusal != null) {
      broker.refused(client, refusal, name);
    }
    return refusal == null;
  }

  /** What the cluster answers to an allowed request; {@code denied} for others, and if it fails. */
  private CompletionStage<Packet> answer(
      ClientSession client,
      Packet denied,
      boolean allowed,
      Supplier<CompletionStage<Packet>> cluster) {
    if (!allowed) {
      return CompletableFuture.completedStage(denied);
    }
    return cluster
        .get()
        .handle(
            (packet, failure) -> {
              if (failure == null) {
                return packet;
              }
              broker.log().clusterFailed("settle a request", failure);
              broker.refused(client, Refusal.CLUSTER, failure.toString());
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
        && clientTopics.observationCount() >= broker.settings().limits().observationsPerClient()) {
      broker.refused(client, Refusal.TOO_MANY_OBSERVATIONS, "");
      client.disconnect(CloseReason.PROTOCOL_ERROR, Refusal.TOO_MANY_OBSERVATIONS.text());
      return;
    }
    if (!mayObserve(client, policy, id)) {
      broker.refused(client, Refusal.TOPIC_DENIED, "");
      client.answer(new Packet.Change(id, 0));
      return;
    }
    if (Ids.isEtid(id)) {
      clientTopics.observeEtid(id);
      // looked up after the observation stands: an end in between is told by one of the two
      if (!broker.isConnected(id) && clientTopics.unobserve(id)) {
        client.answer(new Packet.Change(id, 0));
      }
      return;
    }
    TopicState topic = broker.topicTable().topic(id);
    if (topic == null) {
      client.answer(new Packet.Change(id, 0));
    } else {
      clientTopics.observe(topic);
    }
  }

  /** Whether the policy lets the client observe this id; ids of nothing are nobody's business. */
  boolean mayObserve(ClientSession client, TopicPolicy policy, int id) {
    if (Ids.isEtid(id)) {
      return policy.mayObserveClients(client);
    }
    TopicState topic = broker.topicTable().topic(id);
    return topic == null || topic.name().isEmpty() || policy.mayObserve(client, topic.name());
  }
}
