package org.smqcluster.broker;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
import org.smqcluster.broker.spi.Cluster;
import org.smqcluster.broker.spi.Connection;
import org.smqcluster.broker.spi.ConnectionInfo;
import org.smqcluster.broker.spi.InternalErrors;
import org.smqcluster.broker.spi.Refusal;
import org.smqcluster.broker.spi.Session;
import org.smqcluster.protocol.ConnackCode;
import org.smqcluster.protocol.EncodedPacket;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet;

/**
 * One client from its connection to its end (SMQ section 3). The transport feeds it with packets,
 * one at a time; until the Connack they are the {@link ConnectHandshake}'s, then the {@link
 * ConnectedClient}'s. Answers and messages leave through the {@link Outbox}, which the transport
 * drains. What other threads may call says so.
 */
final class ClientSession extends SessionView implements Session, Pausable {

  private enum State {
    HANDSHAKE,
    /** Its Connack is sent, and the application hears of it before anything else happens. */
    ADMITTED,
    CONNECTED,
    CLOSED
  }

  private record End(CloseReason reason, String detail) {}

  private enum Flushing {
    WAITS,
    DONE
  }

  private final SessionFactory factory;
  private final SessionRegistry sessions;
  private final Cluster cluster;
  private final BrokerHooks hooks;
  private final BrokerMetrics metrics;
  private final Refusals refusals;
  private final Connection connection;
  private final ClientOutput output;
  private final ClientTopics clientTopics;
  private final PauseCounter readGate;
  private final ClientActivity activity;
  private final MemoryBudget.ClientMemory memory;
  private final ClientCharges charges;

  private final long connectionId = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);

  /** Null while the client is there. */
  private final AtomicReference<Flushing> flushing = new AtomicReference<>();

  private volatile State state = State.HANDSHAKE;

  /** Null once it is over; changed under the lock of this. */
  private volatile ConnectHandshake handshake;

  private volatile ConnectedClient connected;

  /** Why it ended while the application was hearing that it is there. */
  private volatile End earlyEnd;

  /** Why the broker ends it, once the client may know: its own close may be faster. */
  private volatile End announced;

  private final ClientMove move;

  ClientSession(
      SessionFactory factory,
      SessionRegistry sessions,
      Cluster cluster,
      BrokerHooks hooks,
      BrokerMetrics metrics,
      Refusals refusals,
      Connection connection,
      ConnectionInfo connectionInfo,
      MemoryBudget.ClientMemory memory) {
    super(connectionInfo);
    this.memory = memory;
    this.charges = new ClientCharges(memory, this::overcharged);
    this.factory = factory;
    this.sessions = sessions;
    this.cluster = cluster;
    this.hooks = hooks;
    this.metrics = metrics;
    this.refusals = refusals;
    this.connection = connection;
    this.output = factory.output(this, connection);
    this.clientTopics = factory.topics(this, output, memory);
    this.readGate = new PauseCounter(connection);
    this.handshake = factory.handshake(this);
    this.activity = factory.activity(this);
    this.move = factory.move(this, output);
  }

  /** Sends Init: the transport is ready to take it. */
  void start() {
    answer(handshake.init());
  }

  /** Rejects the connection before its Connect. */
  void reject(Refusal refusal) {
    ConnectHandshake current = handshake();
    if (current != null) {
      current.reject(refusal);
    }
  }

  @Override
  public void received(EncodedPacket encoded) {
    activity.received(encoded.messageLength());
    output.tapped(true, encoded);
    if (state == State.CONNECTED || !receivedEarly(encoded)) {
      connected.handle(encoded);
    }
  }

  /**
   * A packet that may have come before the client is connected; false if it is by now, or is let go
   * and publishes still.
   */
  private boolean receivedEarly(EncodedPacket encoded) {
    ConnectHandshake current;
    boolean kept;
    synchronized (this) {
      current = handshake;
      if (current == null) {
        return state != State.CONNECTED && !move.isParking();
      }
      kept = current.keep(encoded);
    }
    if (kept) {
      keep(encoded.rawLength());
    } else {
      current.first(encoded);
    }
    return true;
  }

  @Override
  public void partial(int bytes) {
    charges.partial(bytes);
  }

  /** See {@link ClientCharges#keep}. */
  boolean keep(int bytes) {
    return charges.keep(bytes);
  }

  /** A client keeps too much: it is told and closed. */
  void overcharged(Refusal refusal) {
    ConnectHandshake current = handshake();
    if (current != null) {
      current.reject(refusal);
    } else {
      breach(refusal, CloseReason.OUT_OF_MEMORY, refusal.text());
    }
  }

  @Override
  public void rejected(MalformedPacketException malformed) {
    ConnectHandshake current = handshake();
    if (current != null) {
      current.rejected();
      return;
    }
    boolean tooLong = malformed.reason() == MalformedPacketException.Reason.TOO_LONG;
    breach(
        tooLong ? Refusal.PAYLOAD_TOO_LARGE : Refusal.MALFORMED_PACKET,
        tooLong ? CloseReason.TOO_LONG : CloseReason.PROTOCOL_ERROR,
        malformed.reason().text());
  }

  /** The handshake while it lasts, or null. */
  private synchronized ConnectHandshake handshake() {
    return state == State.HANDSHAKE ? handshake : null;
  }

  @Override
  public void connectionLost(CloseReason reason, String detail) {
    end(reason, detail);
  }

  /**
   * All nodes know the client: it may know, too. Any thread.
   *
   * @param before what is parked for it, if anything
   * @return false if the client has gone in the meantime
   */
  boolean admit(ClientEntry registered, Authentication why, Optional<ParkingPlace> before) {
    synchronized (this) {
      if (state == State.CLOSED) {
        return false;
      }
      admitted(registered, why);
      connected = factory.connected(this, registered.etid());
      // a message to an inherited ETID may come at once: not before the Connack, and not lost
      output.outbox().cork();
      answer(new Packet.Connack(ConnackCode.ACCEPTED, registered.etid(), ""));
      before.ifPresent(move::resume);
      sessions.connected(registered.etid(), this);
      output.outbox().uncork();
      state = State.ADMITTED;
    }
    hooks.connected(this);
    handleEarly();
    return true;
  }

  /**
   * Handles the packets that arrived before the Connack was sent. Not under the lock: handling a
   * packet calls other sessions and the cluster, which may wait for this session.
   */
  private void handleEarly() {
    ConnectHandshake over = handshake;
    for (EncodedPacket packet = nextEarly(); packet != null; packet = nextEarly()) {
      handleContained(packet);
    }
    over.resumeReading();
    End ended = earlyEnd;
    if (ended != null) {
      hooks.disconnected(this, ended.reason(), ended.detail());
    }
  }

  /** A failure ends the client: left halfway between states, it could never end. */
  private void handleContained(EncodedPacket packet) {
    try {
      connected.handle(packet);
    } catch (RuntimeException | Error e) {
      InternalErrors.report("the handling of a packet", e);
      end(CloseReason.INTERNAL_ERROR, e.toString());
    }
  }

  /** Null if there is none left: from now on the transport's thread handles what comes. */
  private synchronized EncodedPacket nextEarly() {
    // what a client has sent that is let go meanwhile counts, too
    EncodedPacket packet =
        state == State.ADMITTED || move.isParking() ? handshake.nextEarly() : null;
    if (packet == null) {
      handshake = null;
      if (state == State.ADMITTED) {
        state = State.CONNECTED;
      }
    } else {
      memory.release(packet.rawLength());
    }
    return packet;
  }

  /** Tells a client that it cannot connect, and closes it. Any thread. */
  void refuse(Refusal refusal, CloseReason reason, Packet.Connack connack, String text) {
    synchronized (this) {
      if (state != State.HANDSHAKE) {
        return;
      }
      output.send(connack);
    }
    refusals.refused(this, refusal, text);
    end(reason, text);
  }

  /** Sends an answer or a notice. Any thread. */
  void answer(Packet packet) {
    output.send(packet);
  }

  /** Sends the answer to a request; what was held of a topic follows its Suback. */
  void acknowledge(Packet packet) {
    answer(packet);
    move.answered(packet);
  }

  /** Where messages for the client go. */
  Receiver receiver() {
    return move.receiver();
  }

  @Override
  public void pause() {
    if (readGate.pause()) {
      metrics.paused();
    }
  }

  @Override
  public void resume() {
    readGate.resume();
  }

  /** The client broke a rule: it is told which, counted, and closed. */
  void breach(Refusal refusal, CloseReason reason, String text) {
    if (state != State.CLOSED) {
      refusals.refused(this, refusal, text);
      disconnect(reason, text);
    }
  }

  @Override
  public void recheckTopics() {
    ConnectedClient client = connected;
    if (client != null) {
      client.recheckTopics();
    }
  }

  @Override
  public void disconnect(CloseReason reason) {
    end(reason, "");
  }

  @Override
  public void disconnect(CloseReason reason, String text) {
    if (state != State.CLOSED) {
      announced = new End(reason, text);
      answer(new Packet.Disconnect(text));
    }
    end(reason, text);
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** The client's way from connection to connection. */
  ClientMove move() {
    return move;
  }

  void end(CloseReason seenReason, String seenDetail) {
    End told = announced;
    CloseReason reason = told == null ? seenReason : told.reason();
    String detail = told == null ? seenDetail : told.detail();
    State last;
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      last = state;
      state = State.CLOSED;
      if (last == State.ADMITTED) {
        earlyEnd = new End(reason, detail);
      } else {
        handshake = null;
      }
    }
    boolean heardOf = last == State.CONNECTED;
    InternalErrors.contain(
        "the end of a client's session",
        () -> move.end(reason),
        output.outbox()::close,
        () -> sessions.closing(this),
        () -> connection.close(reason),
        clientTopics::close,
        () -> move.close(memory),
        () -> sessions.closed(this),
        () -> move.unregister(reason),
        () -> tellDisconnected(heardOf, reason, detail));
  }

  private void tellDisconnected(boolean heardOf, CloseReason reason, String detail) {
    if (heardOf) {
      hooks.disconnected(this, reason, detail);
    }
  }

  @Override
  public void flushed() {
    move.flushed();
    if (flushing.getAndSet(Flushing.DONE) == Flushing.WAITS) {
      sessions.flushed();
    }
  }

  /** Whether its transport has yet to tell {@link #flushed}; asked once, at the end. */
  boolean waitsForFlush() {
    return flushing.compareAndSet(null, Flushing.WAITS);
  }

  /** Looks at the clock: handshake and idle time. Any thread, a few times a second. */
  void tick(long now) {
    if (state == State.CONNECTED) {
      activity.tick(now, readGate.isPaused());
      return;
    }
    ConnectHandshake current = handshake();
    if (current != null) {
      current.tick(now);
    }
  }

  @Override
  ClientOutput output() {
    return output;
  }

  @Override
  ClientActivity activity() {
    return activity;
  }

  @Override
  ClientTopics topics() {
    return clientTopics;
  }

  /** Closes a client that does not read, for others' sake. */
  void closeSlow() {
    output.giveUp();
  }

  /** What it makes this node keep. */
  MemoryBudget.ClientMemory memory() {
    return memory;
  }

  long connectionId() {
    return connectionId;
  }
}
