package org.smqcluster.broker;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;
import org.smqcluster.protocol.PacketDecoder;
import org.smqcluster.protocol.PacketEncoder;
import org.smqcluster.protocol.ProtocolLimits;
import org.smqcluster.protocol.WireText;

/**
 * One client from its connection to its end (SMQ section 3): a state machine that the transport
 * feeds with packets, one at a time. Answers and messages leave through the {@link Outbox}, which
 * the transport drains. What other threads may call says so.
 */
public final class ClientSession implements Client, Receiver, Observer, Pausable {

  private enum State {
    AWAIT_CONNECT,
    /** Connect is there; authentication or cluster have not answered yet. */
    CONNECTING,
    CONNECTED,
    CLOSED
  }

  /** Packets kept that a hasty client sends between Connect and Connack. */
  static final int MAX_EARLY_PACKETS = 64;

  /** Requests of one client that the cluster has not settled yet, before it is paused. */
  private static final int MAX_UNSETTLED = 256;

  /** Every so many publishes, one is timed. */
  private static final int TIMING_SAMPLE = 64;

  /** Seeds are challenges: a client must not be able to guess the next one. */
  private static final SecureRandom SEEDS = new SecureRandom();

  private final Broker broker;
  private final Connection connection;
  private final ConnectionInfo connectionInfo;
  private final Outbox outbox;
  private final ClientTopics clientTopics;
  private final AckQueue acks;
  private final FragmentAssembler fragments = new FragmentAssembler();
  private final AtomicInteger pauses = new AtomicInteger();
  private final int seed = SEEDS.nextInt();
  private final long connectionId = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  private final long openedNanos;

  private volatile State state = State.AWAIT_CONNECT;
  private Queue<EncodedPacket> early;
  private volatile ClientEntry entry;
  private volatile Authentication authentication;
  private volatile TopicPolicy topicPolicy;
  private volatile long heardNanos;
  private volatile boolean pinged;
  private long packetsIn;
  private long bytesIn;

  ClientSession(Broker broker, Connection connection, ConnectionInfo connectionInfo) {
    this.broker = broker;
    this.connection = connection;
    this.connectionInfo = connectionInfo;
    this.outbox = new Outbox(broker.settings().outbox().bytes(), connection::wake);
    this.clientTopics = new ClientTopics(this, this, broker.etidObservers());
    this.acks = new AckQueue(this::answer);
    this.openedNanos = broker.now();
    this.heardNanos = openedNanos;
  }

  /** Sends Init: the transport is ready to take it. */
  void start() {
    answer(new Packet.Init(seed, connectionInfo.addressText()));
  }

  // ---- what the transport calls: one thread at a time

  /** A packet came. */
  public void received(EncodedPacket encoded) {
    heardNanos = broker.now();
    packetsIn++;
    bytesIn += encoded.messageLength();
    if (state == State.CONNECTED) {
      handle(encoded);
    } else {
      receivedEarly(encoded);
    }
  }

  private synchronized void receivedEarly(EncodedPacket encoded) {
    switch (state) {
      case AWAIT_CONNECT -> handleFirst(encoded);
      case CONNECTING -> {
        if (early == null) {
          early = new ArrayDeque<>(4);
        }
        if (early.size() == MAX_EARLY_PACKETS) {
          refuseConnect(ConnackCode.UNAVAILABLE, Refusal.TOO_MANY_EARLY_PACKETS);
        } else {
          early.add(encoded);
        }
      }
      case CONNECTED -> handle(encoded);
      case CLOSED -> {
        // what arrives behind the end is nobody's
      }
    }
  }

  /** The transport met bytes that are no packet: the client is told and closed. */
  public void rejected(MalformedPacketException malformed) {
    if (state == State.AWAIT_CONNECT) {
      refuseConnect(ConnackCode.UNACCEPTABLE_VERSION, Refusal.BAD_CONNECT);
      return;
    }
    boolean tooLong = malformed.reason() == MalformedPacketException.Reason.TOO_LONG;
    breach(
        tooLong ? Refusal.PAYLOAD_TOO_LARGE : Refusal.MALFORMED_PACKET,
        tooLong ? CloseReason.TOO_LONG : CloseReason.PROTOCOL_ERROR,
        malformed.reason().text());
  }

  /** The connection is gone, or the transport gives it up. Any thread; at most once counts. */
  public void connectionLost(CloseReason reason, String detail) {
    end(reason, detail);
  }

  // ---- connecting

  private void handleFirst(EncodedPacket encoded) {
    try {
      if (PacketDecoder.decode(encoded) instanceof Packet.Connect connect) {
        broker.metrics().received(connect.type(), encoded.messageLength());
        connect(connect);
        return;
      }
    } catch (MalformedPacketException e) {
      broker.metrics().refused(Refusal.MALFORMED_PACKET);
    }
    refuseConnect(ConnackCode.UNACCEPTABLE_VERSION, Refusal.BAD_CONNECT);
  }

  private void connect(Packet.Connect connect) {
    if (WireText.encode(connect.uid()).length < ProtocolLimits.MIN_UID) {
      refuseConnect(ConnackCode.UNACCEPTABLE_VERSION, Refusal.BAD_UID);
      return;
    }
    Refusal refusal = broker.refusal(this);
    if (refusal != null) {
      boolean address = refusal == Refusal.TOO_MANY_CLIENTS_OF_ADDRESS;
      refuseConnect(address ? ConnackCode.ACCESS_DENIED : ConnackCode.UNAVAILABLE, refusal);
      return;
    }
    state = State.CONNECTING;
    if (connect.maxSize() > 0) {
      outbox.limitMessage(connect.maxSize());
    }
    broker
        .hooks()
        .authenticator()
        .authenticate(new ConnectRequest(connect, seed, connectionInfo))
        .whenComplete((result, failure) -> authenticated(connect, result, failure));
  }

  private void authenticated(Packet.Connect connect, Authentication result, Throwable failure) {
    if (failure != null) {
      broker.log().authenticationFailed(this, failure);
      refuseConnect(ConnackCode.UNAVAILABLE, Refusal.NOT_CHECKED);
    } else if (result.code() != ConnackCode.ACCEPTED) {
      boolean notNow = result.code() == ConnackCode.UNAVAILABLE;
      Refusal refusal = notNow ? Refusal.NOT_CHECKED : Refusal.NOT_AUTHENTICATED;
      refuse(result.code(), refusal, result.reason());
    } else {
      authentication = result;
      register(connect);
    }
  }

  private void register(Packet.Connect connect) {
    ClientEntry candidate =
        new ClientEntry(
            connect.uid(),
            Ids.etid(ThreadLocalRandom.current().nextInt()),
            broker.nodeName(),
            connectionId,
            System.currentTimeMillis(),
            connectionInfo.addressText(),
            connectionInfo.transport(),
            connect.info());
    broker.sessions().registering(connectionId, this);
    broker
        .cluster()
        .register(candidate)
        .whenComplete(
            (registered, failure) -> {
              if (failure != null) {
                broker.log().clusterFailed("register a client", failure);
                refuseConnect(ConnackCode.UNAVAILABLE, Refusal.CLUSTER);
              } else {
                registered(registered);
              }
            });
  }

  /** All nodes know the client: it may know, too. Any thread. */
  private void registered(ClientEntry registered) {
    synchronized (this) {
      entry = registered;
      if (state == State.CLOSED) {
        broker.cluster().unregister(registered);
        return;
      }
      topicPolicy = broker.hooks().topicPolicy().forClient(this);
      broker.sessions().connected(registered.etid(), this);
      answer(new Packet.Connack(ConnackCode.ACCEPTED, registered.etid(), ""));
      while (state == State.CONNECTING && early != null && !early.isEmpty()) {
        handle(early.poll());
      }
      early = null;
      if (state == State.CLOSED) {
        return;
      }
      state = State.CONNECTED;
    }
    broker.hooks().connected(this);
  }

  private void refuseConnect(ConnackCode code, Refusal refusal) {
    refuse(code, refusal, refusal.text());
  }

  private void refuse(ConnackCode code, Refusal refusal, String text) {
    broker.refused(this, refusal, text);
    answer(new Packet.Connack(code, Ids.NONE, text));
    end(
        refusal == Refusal.HANDSHAKE_TIMEOUT ? CloseReason.HANDSHAKE_TIMEOUT : CloseReason.REFUSED,
        text);
  }

  // ---- connected

  private void handle(EncodedPacket encoded) {
    Packet packet;
    try {
      packet = PacketDecoder.decode(encoded);
    } catch (MalformedPacketException e) {
      rejected(e);
      return;
    }
    broker.metrics().received(packet.type(), encoded.messageLength());
    if (packet instanceof Packet.Publish publish) {
      publish(publish);
    } else {
      handleRequest(packet);
    }
  }

  private void handleRequest(Packet packet) {
    if (packet instanceof Packet.Subscribe p) {
      acks.add(broker.requests().subscribe(this, clientTopics, p));
      pauseWhileUnsettled();
    } else if (packet instanceof Packet.Create p) {
      acks.add(broker.requests().create(this, p));
      pauseWhileUnsettled();
    } else if (packet instanceof Packet.Createsub p) {
      acks.add(broker.requests().createSubtopic(this, p));
      pauseWhileUnsettled();
    } else if (packet instanceof Packet.Unsubscribe p) {
      if (clientTopics.unsubscribe(p.tid())) {
        broker.hooks().unsubscribed(this, p.tid());
      }
    } else if (packet instanceof Packet.Observe p) {
      broker.requests().observe(this, clientTopics, p.tid());
    } else if (packet instanceof Packet.Unobserve p) {
      clientTopics.unobserve(p.tid());
    } else if (packet instanceof Packet.PubFrag p) {
      fragment(p);
    } else if (packet instanceof Packet.Ping) {
      answer(new Packet.Pong());
    } else if (packet instanceof Packet.Disconnect p) {
      end(CloseReason.CLIENT_DISCONNECT, p.reason());
    } else if (!(packet instanceof Packet.Pong)) {
      breach(
          Refusal.UNEXPECTED_PACKET,
          CloseReason.PROTOCOL_ERROR,
          packet.type() + " is not allowed here");
    }
  }

  private void pauseWhileUnsettled() {
    if (acks.size() > MAX_UNSETTLED) {
      pause();
      acks.whenSettled(this::resume);
    }
  }

  private void fragment(Packet.PubFrag fragment) {
    if (connectionInfo.transport() != Transport.RAW) {
      breach(
          Refusal.UNEXPECTED_PACKET,
          CloseReason.PROTOCOL_ERROR,
          "fragments are for the raw transport");
      return;
    }
    try {
      Packet.Publish whole = fragments.add(fragment);
      if (whole != null) {
        publish(whole);
      }
    } catch (MalformedPacketException e) {
      rejected(e);
    }
  }

  private void publish(Packet.Publish message) {
    if (message.ptid() != entry.etid()) {
      breach(Refusal.CORRUPT_FRAME, CloseReason.PROTOCOL_ERROR, Refusal.CORRUPT_FRAME.text());
      return;
    }
    TopicPolicy policy = topicPolicy;
    if (policy != TopicPolicy.PERMIT_ALL
        && !policy.mayPublish(this, message, broker.topics().topic(message.tid()))) {
      broker.router().drop(message, DropReason.DENIED);
      return;
    }
    if (packetsIn % TIMING_SAMPLE == 0) {
      long start = System.nanoTime();
      broker.router().publish(message, this);
      broker.metrics().deliveredIn(System.nanoTime() - start);
    } else {
      broker.router().publish(message, this);
    }
  }

  // ---- sending

  /** Takes a message for the client. Any thread. */
  @Override
  public Outbox.Offer deliver(Packet.Publish message) {
    Outbox.Offer offer = outbox.offer(message.encoded());
    if (offer == Outbox.Offer.FULL) {
      overflow();
    }
    return offer;
  }

  private void overflow() {
    broker.log().outboxFull(this);
    if (broker.settings().outbox().policy() == BrokerSettings.OverflowPolicy.DISCONNECT) {
      broker.metrics().refused(Refusal.SLOW_CONSUMER);
      // not end(): a publisher's walk over a topic must not change that topic
      connection.close(CloseReason.SLOW_CONSUMER);
    }
  }

  /** Sends an answer or a notice. Any thread. */
  void answer(Packet packet) {
    EncodedPacket encoded = PacketEncoder.encode(packet);
    Outbox.Offer offer = outbox.offerAnswer(encoded);
    switch (offer) {
      case ACCEPTED, CONGESTED ->
          broker.metrics().accepted(packet.type(), 1, encoded.messageLength());
      case FULL -> {
        // an answer cannot be dropped without harm, and the caller may hold a topic's lock
        broker.metrics().refused(Refusal.SLOW_CONSUMER);
        connection.close(CloseReason.SLOW_CONSUMER);
      }
      case TOO_LARGE -> broker.metrics().dropped(DropReason.TOO_LARGE_FOR_RECEIVER, 1);
      case CLOSED -> {
        // nobody waits for it any more
      }
    }
  }

  @Override
  public void changed(int id, int subscribers) {
    if (Ids.isEtid(id)) {
      clientTopics.etidGone(id);
    }
    answer(new Packet.Change(id, subscribers));
  }

  @Override
  public void pause() {
    if (pauses.getAndIncrement() == 0) {
      broker.metrics().paused();
      connection.pauseReading();
    }
  }

  @Override
  public void resume() {
    if (pauses.decrementAndGet() == 0) {
      connection.resumeReading();
    }
  }

  // ---- ending

  /** The client broke a rule: it is told which, counted, and closed. */
  private void breach(Refusal refusal, CloseReason reason, String text) {
    broker.refused(this, refusal, text);
    disconnect(reason, text);
  }

  @Override
  public void recheckSubscriptions() {
    for (int tid : clientTopics.subscriptions()) {
      String name = broker.topics().byId(tid).name();
      if (!topicPolicy.maySubscribe(this, name) && clientTopics.unsubscribe(tid)) {
        broker.refused(this, Refusal.TOPIC_DENIED, name);
        broker.hooks().unsubscribed(this, tid);
      }
    }
  }

  @Override
  public void disconnect(CloseReason reason, String text) {
    if (text != null && state == State.CONNECTED || text != null && state == State.CONNECTING) {
      answer(new Packet.Disconnect(text));
    }
    end(reason, text == null ? "" : text);
  }

  private void end(CloseReason reason, String detail) {
    boolean wasConnected;
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      wasConnected = state == State.CONNECTED;
      state = State.CLOSED;
      early = null;
    }
    outbox.close();
    connection.close(reason);
    clientTopics.close();
    broker.sessions().closed(this);
    if (entry != null && reason != CloseReason.TAKEN_OVER) {
      broker.cluster().unregister(entry);
    }
    if (wasConnected) {
      broker.hooks().disconnected(this, reason, detail);
    }
  }

  /** Looks at the clock: handshake and idle time. Any thread, a few times a second. */
  void tick(long now) {
    BrokerSettings.Timeouts timeouts = broker.settings().timeouts();
    long silent = now - heardNanos;
    if (state == State.AWAIT_CONNECT) {
      if (now - openedNanos >= timeouts.handshake().toNanos()) {
        refuseConnect(ConnackCode.UNAVAILABLE, Refusal.HANDSHAKE_TIMEOUT);
      }
    } else if (state == State.CONNECTED && pauses.get() == 0) {
      long idle = timeouts.idle().toNanos();
      if (silent < idle) {
        pinged = false;
      } else if (!pinged) {
        pinged = true;
        answer(new Packet.Ping());
      } else if (silent >= idle + timeouts.pong().toNanos()) {
        broker.metrics().refused(Refusal.IDLE);
        end(CloseReason.IDLE, Refusal.IDLE.text());
      }
    }
  }

  // ---- what others want to know: any thread

  @Override
  public int etid() {
    ClientEntry known = entry;
    return known == null ? Ids.NONE : known.etid();
  }

  @Override
  public String uid() {
    ClientEntry known = entry;
    return known == null ? null : known.uid();
  }

  @Override
  public String info() {
    ClientEntry known = entry;
    return known == null ? "" : known.info();
  }

  @Override
  public Authentication authentication() {
    return authentication;
  }

  @Override
  public ConnectionInfo connectionInfo() {
    return connectionInfo;
  }

  @Override
  public long connectedAt() {
    ClientEntry known = entry;
    return known == null ? 0 : known.connectedAt();
  }

  @Override
  public long packetsIn() {
    return packetsIn;
  }

  @Override
  public long bytesIn() {
    return bytesIn;
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public int[] subscriptions() {
    return clientTopics.subscriptions();
  }

  @Override
  public int[] observations() {
    return clientTopics.observations();
  }

  /** What the client may do; null before it is connected. */
  TopicPolicy topicPolicy() {
    return topicPolicy;
  }

  long connectionId() {
    return connectionId;
  }
}
