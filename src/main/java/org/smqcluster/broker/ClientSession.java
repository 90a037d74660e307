package org.smqcluster.broker;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.smqcluster.broker.outbox.Outbox;
import org.smqcluster.broker.outbox.Pausable;
import org.smqcluster.broker.spi.Authentication;
import org.smqcluster.broker.spi.BrokerHooks;
import org.smqcluster.broker.spi.BrokerMetrics;
import org.smqcluster.broker.spi.ClientEntry;
import org.smqcluster.broker.spi.CloseReason;
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

  private final SessionFactory factory;
  private final SessionRegistry sessions;
  private final BrokerHooks hooks;
  private final Refusals refusals;
  private final ClientOutput output;
  private final ClientTopics clientTopics;
  private final PauseCounter pauses;
  private final ClientActivity activity;
  private final MemoryBudget.ClientMemory memory;
  private final ClientCharges charges;

  private final long connectionId = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);

  private volatile State state = State.HANDSHAKE;

  /** Null once it is over; changed under the lock of this. */
  private volatile ConnectHandshake handshake;

  private volatile ConnectedClient connected;

  /** One of both. */
  private volatile SessionPhase phase;

  private final ClientMove move;
  private final SessionEnd ending;

  ClientSession(
      SessionFactory factory,
      SessionRegistry sessions,
      BrokerHooks hooks,
      BrokerMetrics metrics,
      Refusals refusals,
      Connection connection,
      ConnectionInfo connectionInfo,
      MemoryBudget.ClientMemory memory) {
    super(connectionInfo);
    this.memory = memory;
    this.charges = new ClientCharges(memory, this::reject);
    this.factory = factory;
    this.sessions = sessions;
    this.hooks = hooks;
    this.refusals = refusals;
    this.output = factory.output(this, connection);
    this.clientTopics = factory.topics(this, output, memory);
    this.pauses = new PauseCounter(connection, metrics);
    this.handshake = factory.handshake(this);
    this.phase = handshake;
    this.activity = factory.activity(this);
    this.move = factory.move(this, output);
    this.ending = new SessionEnd(this, move, sessions, connection, hooks);
  }

  /** Sends Init: the transport is ready to take it. */
  void start() {
    answer(handshake.init());
  }

  /** See {@link SessionPhase#reject}. */
  void reject(Refusal refusal) {
    phase.reject(refusal);
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

  @Override
  public void rejected(MalformedPacketException malformed) {
    phase.rejected(malformed);
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
      phase = connected;
    }
    hooks.connected(this);
    return true;
  }

  /**
   * Handles a packet that arrived before the Connack was sent. A failure ends the client: left
   * halfway between states, it could never end.
   */
  void handleEarly(EncodedPacket packet) {
    try {
      connected.handle(packet);
    } catch (RuntimeException | Error e) {
      InternalErrors.report("the handling of a packet", e);
      end(CloseReason.INTERNAL_ERROR, e.toString());
    }
  }

  /** Null if there is none left: from now on the transport's thread handles what comes. */
  synchronized EncodedPacket nextEarly() {
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

  /** All early packets are handled; reports an end that came meanwhile. */
  void earlyHandled() {
    ending.tellEarly();
  }

  /** Whether the client has no Connack yet, and may still get one. */
  boolean isConnecting() {
    return state == State.HANDSHAKE;
  }

  /** Sends an answer or a notice. Any thread. */
  void answer(Packet packet) {
    output.send(packet);
  }

  /** Where messages for the client go. */
  Receiver receiver() {
    return move.receiver();
  }

  @Override
  public void pause() {
    pauses.pause();
  }

  @Override
  public void resume() {
    pauses.resume();
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
      ending.announce(reason, text);
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

  /** See {@link ClientMove#giveWay}. */
  void giveWay() {
    move.giveWay();
  }

  /** See {@link ClientMove#bypass}. */
  boolean bypass() {
    return move.bypass();
  }

  void end(CloseReason reason, String detail) {
    State last;
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      last = state;
      state = State.CLOSED;
      if (last == State.ADMITTED) {
        ending.endsEarly(reason, detail);
      } else {
        handshake = null;
      }
    }
    ending.run(reason, detail, last == State.CONNECTED);
  }

  @Override
  public void flushed() {
    ending.flushed();
  }

  /** See {@link SessionEnd#waitsForFlush}. */
  boolean waitsForFlush() {
    return ending.waitsForFlush();
  }

  /** Looks at the clock: handshake and idle time. Any thread, a few times a second. */
  void tick(long now) {
    if (state != State.CLOSED) {
      phase.tick(now);
    }
  }

  /** Whether the client is not read. */
  boolean isPaused() {
    return pauses.isPaused();
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

  /** What it makes this node keep. */
  MemoryBudget.ClientMemory memory() {
    return memory;
  }

  long connectionId() {
    return connectionId;
  }
}
