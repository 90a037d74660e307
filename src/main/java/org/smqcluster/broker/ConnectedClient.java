package org.smqcluster.broker;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.DropReason;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.TopicPolicy;
import org.smqcluster.broker.spi.Transport;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * What the packets of a connected client do (SMQ sections 3.4 to 3.10). Packets come one at a time,
 * on the transport's thread.
 */
final class ConnectedClient implements SessionPhase {

  /** Bytes of one client's requests that the cluster has not settled yet, before it is paused. */
  static final int MAX_UNSETTLED_BYTES = 32 * 1024;

  /** One of this many publishes is timed. */
  private static final int TIMING_SAMPLE = 64;

  /** Low bits of a message's number: they count the messages of one millisecond. */
  private static final int NUMBERS_A_MILLISECOND = 20;

  private final ClientSession session;
  private final ClientMove move;
  private final int etid;
  private final TopicPolicy topicPolicy;
  private final TopicTable topics;
  private final Router router;
  private final ClientRequests requests;
  private final BrokerMetrics metrics;
  private final BrokerHooks hooks;
  private final Refusals refusals;
  private final AckQueue acks;
  private Fragments fragments;

  /** Number of the last message; it also rises from one connection of the client to the next. */
  private long number;

  /** The session has its entry. */
  ConnectedClient(
      ClientSession session,
      ClientMove move,
      TopicTable topics,
      Router router,
      ClientRequests requests,
      BrokerMetrics metrics,
      BrokerHooks hooks,
      Refusals refusals) {
    this.session = session;
    this.move = move;
    this.etid = session.etid();
    this.topicPolicy = hooks.topicPolicy().forClient(session);
    this.topics = topics;
    this.router = router;
    this.requests = requests;
    this.metrics = metrics;
    this.hooks = hooks;
    this.refusals = refusals;
    this.acks = new AckQueue(this::acknowledge);
    this.number = session.connectedAt() << NUMBERS_A_MILLISECOND;
  }

  void handle(EncodedPacket encoded) {
    Packet packet;
    try {
      packet = PacketDecoder.decode(encoded);
    } catch (MalformedPacketException e) {
      rejected(e);
      return;
    }
    metrics.received(packet.type(), encoded.messageLength());
    if (packet instanceof Packet.Publish publish) {
      publish(publish);
    } else {
      handleOther(packet, encoded);
    }
  }

  private void handleOther(Packet packet, EncodedPacket encoded) {
    ClientTopics own = session.topics();
    if (packet instanceof Packet.Subscribe p) {
      add(requests.subscribe(session, topicPolicy, p), encoded);
    } else if (packet instanceof Packet.Create p) {
      add(requests.create(session, topicPolicy, p), encoded);
    } else if (packet instanceof Packet.Createsub p) {
      add(requests.createSubtopic(session, topicPolicy, p), encoded);
    } else if (packet instanceof Packet.Unsubscribe p) {
      TopicState topic = topics.topic(p.tid());
      if (topic != null && own.unsubscribe(topic)) {
        hooks.unsubscribed(session, p.tid());
      }
    } else if (packet instanceof Packet.Observe p) {
      requests.observe(session, topicPolicy, p.tid());
    } else if (packet instanceof Packet.Unobserve p) {
      own.unobserve(p.tid());
    } else if (packet instanceof Packet.PubFrag p) {
      fragment(p);
    } else if (packet instanceof Packet.Ping) {
      session.answer(new Packet.Pong());
    } else if (packet instanceof Packet.Disconnect p) {
      session.end(CloseReason.CLIENT_DISCONNECT, WireText.cut(p.reason(), Refusals.MAX_PEER_TEXT));
    } else if (packet instanceof Packet.Pong) {
      acks.whenSettled(move::answeredPing);
    } else {
      session.breach(
          Refusal.UNEXPECTED_PACKET,
          CloseReason.PROTOCOL_ERROR,
          packet.type() + " is not allowed here");
    }
  }

  private void add(CompletionStage<Packet> answer, EncodedPacket request) {
    int cost = MemoryCost.REQUEST + 2 * request.rawLength();
    if (!answer.toCompletableFuture().isDone()) {
      session.keep(cost);
      answer.whenComplete((packet, failure) -> session.keep(-cost));
    }
    acks.add(answer, cost);
    if (acks.bytes() > MAX_UNSETTLED_BYTES) {
      session.pause();
      acks.whenSettled(session::resume);
    }
  }

  /** The last values of a topic follow its Suback, before anything that is newer. */
  private void acknowledge(Packet packet) {
    TopicState topic =
        packet instanceof Packet.Suback suback && suback.accepted()
            ? topics.topic(suback.tid())
            : null;
    KeptTopic kept = topic == null ? null : topic.kept();
    Optional<Subscription> subscription =
        kept == null ? Optional.empty() : session.topics().subscription(topic);
    if (subscription.isEmpty()) {
      answer(packet);
    } else {
      kept.subscribed(subscription.get(), () -> answer(packet));
    }
  }

  /** What was held of a topic for a parked client follows its Suback. */
  private void answer(Packet packet) {
    session.answer(packet);
    move.answered(packet);
  }

  private void fragment(Packet.PubFrag fragment) {
    if (session.connectionInfo().transport() != Transport.RAW) {
      session.breach(
          Refusal.UNEXPECTED_PACKET,
          CloseReason.PROTOCOL_ERROR,
          "fragments are for the raw transport");
      return;
    }
    if (fragments == null) {
      fragments = new Fragments();
    }
    try {
      int before = fragments.size();
      Packet.Publish whole = fragments.add(fragment);
      session.keep(MemoryCost.fragments(fragments.size()) - MemoryCost.fragments(before));
      if (whole != null) {
        publish(whole);
      }
    } catch (MalformedPacketException e) {
      rejected(e);
    }
  }

  @Override
  public boolean reject(Refusal refusal) {
    session.breach(refusal, CloseReason.OUT_OF_MEMORY, refusal.text());
    return true;
  }

  @Override
  public boolean rejected(MalformedPacketException malformed) {
    boolean tooLong = malformed.reason() == MalformedPacketException.Reason.TOO_LONG;
    session.breach(
        tooLong ? Refusal.PAYLOAD_TOO_LARGE : Refusal.MALFORMED_PACKET,
        tooLong ? CloseReason.TOO_LONG : CloseReason.PROTOCOL_ERROR,
        malformed.reason().text());
    return true;
  }

  @Override
  public void tick(long now) {
    if (!session.checkAlive(now)) {
      refusals.refused(session, Refusal.IDLE, "");
      session.end(CloseReason.IDLE, Refusal.IDLE.text());
    }
  }

  private void publish(Packet.Publish message) {
    if (message.ptid() != etid) {
      session.breach(
          Refusal.CORRUPT_FRAME, CloseReason.PROTOCOL_ERROR, Refusal.CORRUPT_FRAME.text());
      return;
    }
    if (topicPolicy != TopicPolicy.PERMIT_ALL && !permitted(message)) {
      router.drop(message, DropReason.DENIED);
      return;
    }
    message.encoded().number(++number);
    if (number % TIMING_SAMPLE == 0) {
      long start = System.nanoTime();
      router.publish(message, session);
      metrics.deliveredIn(System.nanoTime() - start);
    } else {
      router.publish(message, session);
    }
  }

  private boolean permitted(Packet.Publish message) {
    int tid = message.tid();
    TopicState topic = Ids.isEtid(tid) ? null : topics.topic(tid);
    return topicPolicy.mayPublish(session, message, topic == null ? "" : topic.name());
  }

  /** Ends the subscriptions and observations that the policy no longer allows. Any thread. */
  void recheckTopics() {
    for (int tid : session.topics().subscriptions()) {
      TopicState topic = topics.byId(tid);
      String name = topic.name();
      if (!topicPolicy.maySubscribe(session, name) && session.topics().unsubscribe(topic)) {
        refusals.refused(session, Refusal.TOPIC_DENIED, name);
        hooks.unsubscribed(session, tid);
      }
    }
    for (int id : session.topics().observations()) {
      if (!requests.mayObserve(session, topicPolicy, id) && session.topics().unobserve(id)) {
        refusals.refused(session, Refusal.TOPIC_DENIED, "");
      }
    }
  }

  /** Puts a client's PubFrag packets together. Other packets may come between them. One thread. */
  private static final class Fragments {

    private ByteArrayOutputStream payload;

    /** Bytes of payload that are kept until the message is whole. */
    int size() {
      return payload == null ? 0 : payload.size();
    }

    /**
     * Adds a fragment.
     *
     * @return the whole message with the last fragment's header, or null if there is more to come
     * @throws MalformedPacketException if it gets longer than a payload may be
     */
    Packet.Publish add(Packet.PubFrag fragment) throws MalformedPacketException {
      if (payload == null) {
        payload = new ByteArrayOutputStream();
      }
      if (payload.size() + fragment.payload().length > ProtocolLimits.MAX_PAYLOAD) {
        payload = null;
        throw new MalformedPacketException(MalformedPacketException.Reason.TOO_LONG);
      }
      payload.writeBytes(fragment.payload());
      if (fragment.tid() == Ids.NONE) {
        return null;
      }
      byte[] whole = payload.toByteArray();
      payload = null;
      return Packet.Publish.of(fragment.tid(), fragment.ptid(), fragment.subtid(), whole);
    }
  }
}
